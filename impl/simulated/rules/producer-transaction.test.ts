import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import { afterCoordinatorAnswer, afterFailedBatch, marksBatchTransactional } from './producer-transaction.ts';

describe('the answer of a coordinator', () => {
  test('that passes by itself is asked for again, and another coordinator is found where there is none', () => {
    expect(afterCoordinatorAnswer(Errors.CONCURRENT_TRANSACTIONS)).toBe('again');
    expect(afterCoordinatorAnswer(Errors.NOT_COORDINATOR)).toBe('elsewhere');
    expect(afterCoordinatorAnswer(null)).toBe('elsewhere');
  });

  test('that it knows the producer no more is the end of it (KAFKA-18019)', () => {
    expect(afterCoordinatorAnswer(Errors.INVALID_PRODUCER_ID_MAPPING)).toBe('fatal');
    expect(afterFailedBatch(Errors.INVALID_PRODUCER_ID_MAPPING)).toBe('fatal');
  });
});

test('a batch that was given up is a reason to abort; whether its producer is fenced is asked then (KIP-588)', () => {
  expect(afterFailedBatch(Errors.INVALID_PRODUCER_EPOCH)).toBe('abortable');
  expect(afterFailedBatch(Errors.PRODUCER_FENCED)).toBe('fatal');
});

test('what is sent after an error belongs to the transaction all the same (KAFKA-5364)', () => {
  expect(marksBatchTransactional(true)).toBe(true);
});
