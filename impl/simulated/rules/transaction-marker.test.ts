import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import type { ProducerState } from './producer-state.ts';
import {
  asksCoordinator,
  checkMarker,
  checkVerifiedAppend,
  isInTransaction,
  verificationError,
} from './transaction-marker.ts';

const state = (producerEpoch: number, currentTxnFirstOffset: number): ProducerState => ({
  producerEpoch,
  batches: [],
  coordinatorEpoch: 0,
  lastTimestamp: 0,
  currentTxnFirstOffset,
});

describe('a marker', () => {
  test('with version 1 has the epoch of its transaction', () => {
    expect(checkMarker(state(5, 10), 5, 1)).toBe(Errors.NONE);
    expect(checkMarker(state(5, 10), 4, 1)).toBe(Errors.INVALID_PRODUCER_EPOCH);
  });

  test('with version 2 has the next epoch, and one with the epoch of an open transaction is too late (KAFKA-19446)', () => {
    expect(checkMarker(state(5, 10), 6, 2)).toBe(Errors.NONE);
    expect(checkMarker(state(6, 20), 6, 2)).toBe(Errors.INVALID_PRODUCER_EPOCH);
  });

  test('that is sent again is written again (KAFKA-19999)', () => {
    expect(checkMarker(state(6, -1), 6, 2)).toBe(Errors.NONE);
  });

  test('of an unknown producer is written', () => {
    expect(checkMarker(undefined, 6, 2)).toBe(Errors.NONE);
  });
});

describe('the first batch of a transaction', () => {
  test('is recognised by its epoch: the previous transaction may not be complete (KAFKA-18575)', () => {
    expect(isInTransaction(state(5, 10), 5)).toBe(true);
    expect(isInTransaction(state(5, 10), 6)).toBe(false);
    expect(isInTransaction(state(5, -1), 5)).toBe(false);
    expect(isInTransaction(undefined, 5)).toBe(false);
  });

  test('is verified by the coordinator, unless verification is off', () => {
    expect([asksCoordinator(1, true), asksCoordinator(1, false), asksCoordinator(2, false)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('is refused when a marker was written since the verification', () => {
    expect(checkVerifiedAppend(true, null, 4, 1)).toBe(Errors.NONE);
    expect(checkVerifiedAppend(false, null, 4, 1)).toBe(Errors.INVALID_TXN_STATE);
  });

  test('is not overtaken by a later one (KAFKA-14904)', () => {
    expect(checkVerifiedAppend(true, 4, 4, 1)).toBe(Errors.NONE);
    expect(checkVerifiedAppend(true, 4, 6, 1)).toBe(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(checkVerifiedAppend(true, 4, 4, 2)).toBe(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
  });

  test('gets a retriable error when the coordinator could not verify it', () => {
    expect(verificationError(Errors.NOT_COORDINATOR, 2)).toBe(Errors.NOT_ENOUGH_REPLICAS);
    expect(verificationError(Errors.CONCURRENT_TRANSACTIONS, 1)).toBe(Errors.NOT_ENOUGH_REPLICAS);
    expect(verificationError(Errors.CONCURRENT_TRANSACTIONS, 2)).toBe(Errors.CONCURRENT_TRANSACTIONS);
    expect(verificationError(Errors.TRANSACTION_ABORTABLE, 1)).toBe(Errors.TRANSACTION_ABORTABLE);
  });
});
