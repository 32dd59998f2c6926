import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import { afterCoordinatorAnswer, afterFailedBatch, marksBatchTransactional } from './producer-transaction.ts';

describe('a response of a coordinator', () => {
  test('with a transient error is retried, and a lost coordinator is looked up again', () => {
    expect(afterCoordinatorAnswer(Errors.CONCURRENT_TRANSACTIONS)).toBe('again');
    expect(afterCoordinatorAnswer(Errors.NOT_COORDINATOR)).toBe('elsewhere');
    expect(afterCoordinatorAnswer(null)).toBe('elsewhere');
  });

  test('that the producer id is unknown is fatal (KAFKA-18019)', () => {
    expect(afterCoordinatorAnswer(Errors.INVALID_PRODUCER_ID_MAPPING)).toBe('fatal');
    expect(afterFailedBatch(Errors.INVALID_PRODUCER_ID_MAPPING)).toBe('fatal');
  });
});

test('a failed batch makes the transaction abortable; the abort shows whether the producer is fenced (KIP-588)', () => {
  expect(afterFailedBatch(Errors.INVALID_PRODUCER_EPOCH)).toBe('abortable');
  expect(afterFailedBatch(Errors.PRODUCER_FENCED)).toBe('fatal');
});

test('a batch that is sent after an error still belongs to the transaction (KAFKA-5364)', () => {
  expect(marksBatchTransactional(true)).toBe(true);
});
