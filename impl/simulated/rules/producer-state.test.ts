import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import {
  batchesToRetain,
  checkCoordinatorEpoch,
  checkProducerEpoch,
  checkSequence,
  findDuplicateBatch,
  isProducerExpired,
  lastStableOffset,
  mayHaveForgotten,
  sequenceAfter,
} from './producer-state.ts';
import type { ProducerState } from './producer-state.ts';

/** Epoch 3, batches of sequences 0-1, 2-2 and 3-5 at offsets 10-11, 20 and 30-32. */
const state: ProducerState = {
  producerEpoch: 3,
  batches: [
    [0, 1, 10],
    [2, 2, 20],
    [3, 5, 30],
  ].map(([firstSequence = 0, lastSequence = 0, firstOffset = 0]) => ({
    firstSequence,
    lastSequence,
    firstOffset,
    lastOffset: firstOffset + lastSequence - firstSequence,
    timestamp: 0,
  })),
  coordinatorEpoch: 7,
  lastTimestamp: 1000,
  currentTxnFirstOffset: -1,
};

describe('a retried batch', () => {
  test('is recognised by its first and its last sequence', () => {
    expect(findDuplicateBatch(state, 3, 2, 2)?.firstOffset).toBe(20);
    expect(findDuplicateBatch(state, 3, 0, 1)?.firstOffset).toBe(10);
  });

  test.each([
    { what: 'another end', epoch: 3, first: 0, last: 2 },
    { what: 'another epoch', epoch: 4, first: 0, last: 1 },
    { what: 'the next sequence', epoch: 3, first: 6, last: 6 },
  ])('$what is another batch', ({ epoch, first, last }) => {
    expect(findDuplicateBatch(state, epoch, first, last)).toBeNull();
  });

  test('is recognised among the last five, as many as may be in flight (KAFKA-5494)', () => {
    expect(batchesToRetain()).toBe(5);
  });
});

describe('the sequence of a new batch', () => {
  const MAX = 2_147_483_647;

  test.each([
    { what: 'goes on from the last', epoch: 3, first: 6, error: Errors.NONE },
    { what: 'leaves a gap', epoch: 3, first: 7, error: Errors.OUT_OF_ORDER_SEQUENCE_NUMBER },
    { what: 'lies behind', epoch: 3, first: 4, error: Errors.OUT_OF_ORDER_SEQUENCE_NUMBER },
    { what: 'begins a new epoch', epoch: 4, first: 0, error: Errors.NONE },
    {
      what: 'begins a new epoch amidst',
      epoch: 4,
      first: 6,
      error: Errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
    },
  ])('$what', ({ epoch, first, error }) => {
    expect(checkSequence(state, epoch, first, MAX, true)).toBe(error);
  });

  test('may be any when the producer may have been forgotten (KIP-360)', () => {
    expect(mayHaveForgotten(7)).toBe(true);
    expect(checkSequence(undefined, 3, 42, MAX, true)).toBe(Errors.NONE);
  });

  test('must be 0 in a partition that never had a record: an earlier batch may be in flight (KAFKA-15591)', () => {
    expect(mayHaveForgotten(0)).toBe(false);
    expect(checkSequence(undefined, 3, 42, MAX, false)).toBe(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(checkSequence(undefined, 3, 0, MAX, false)).toBe(Errors.NONE);
  });

  test('must be 0 after a marker with a new epoch', () => {
    const fenced = { ...state, batches: [] };
    expect(checkSequence(fenced, 3, 0, MAX, true)).toBe(Errors.NONE);
    expect(checkSequence(fenced, 3, 6, MAX, true)).toBe(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
  });

  test('wraps to 0 after the greatest (KAFKA-7692)', () => {
    expect(checkSequence(state, 3, 0, 5, true)).toBe(Errors.NONE);
    expect([sequenceAfter(4, 1, 9), sequenceAfter(9, 1, 9), sequenceAfter(8, 3, 9)]).toEqual([5, 0, 1]);
  });
});

test('producers and coordinators with an older epoch are fenced', () => {
  expect([2, 3, 4].map((epoch) => checkProducerEpoch(state, epoch))).toEqual([
    Errors.INVALID_PRODUCER_EPOCH,
    Errors.NONE,
    Errors.NONE,
  ]);
  expect([6, 7].map((epoch) => checkCoordinatorEpoch(state, epoch))).toEqual([
    Errors.TRANSACTION_COORDINATOR_FENCED,
    Errors.NONE,
  ]);
  expect(checkProducerEpoch(undefined, 0)).toBe(Errors.NONE);
});

test('a producer expires when it has written nothing for long, but never with an open transaction', () => {
  expect([1999, 2000].map((nowMs) => isProducerExpired(state, nowMs, 1000))).toEqual([false, true]);
  expect(isProducerExpired({ ...state, currentTxnFirstOffset: 30 }, 9000, 1000)).toBe(false);
});

test('the last stable offset lies below every undecided transaction, and never above the high watermark', () => {
  expect([lastStableOffset(9, null), lastStableOffset(9, 4), lastStableOffset(3, 4)]).toEqual([9, 4, 3]);
});
