import { describe, expect, test } from 'vitest';

import type { TransactionMetadata } from '../../kafka/internal-records.ts';
import { Errors } from '../../kafka/errors.ts';
import {
  addPartitions,
  afterMarker,
  clearsPending,
  coordinatorError,
  endTransactionV1,
  endTransactionV2,
  fencingEpoch,
  initProducerId,
  isAnswerToMarkers,
  isExpired,
  isTimedOut,
  mayServeLoadedLog,
  timeoutEpoch,
  verifyPartition,
} from './transaction-coordinator.ts';
import type { TransactionEntry } from './transaction-coordinator.ts';
import { newTransactionalId } from './transaction-state.ts';

const MAX_EPOCH = 32_767;
const PRODUCER = { producerId: 7, producerEpoch: 3 };

const entry = (
  metadata: Partial<TransactionMetadata>,
  memory: Partial<TransactionEntry> = {},
): TransactionEntry => ({
  metadata: { ...newTransactionalId(7, 60_000, 0), producerEpoch: 3, ...metadata },
  pending: null,
  failedFence: false,
  ...memory,
});
const refused = (error: number) => ({ is: 'refused', error });

describe('InitProducerId', () => {
  const init = (known: TransactionEntry, expected: typeof PRODUCER | null = null) =>
    initProducerId(known, expected, MAX_EPOCH);

  test('assigns a new id its first epoch, and a new process the next one', () => {
    expect(init(entry({ producerEpoch: -1 }))).toMatchObject({ is: 'epoch', producerEpoch: 0 });
    expect(init(entry({}))).toEqual({ is: 'epoch', producerEpoch: 4, lastProducerEpoch: -1 });
  });

  test('fences an open transaction before anything else', () => {
    expect(init(entry({ state: 'Ongoing' }))).toEqual({ is: 'fence' });
  });

  test('refuses a client while a transition is pending', () => {
    const later = refused(Errors.CONCURRENT_TRANSACTIONS);
    expect(init(entry({}, { pending: 'Ongoing' }))).toEqual(later);
    expect(init(entry({ state: 'PrepareCommit' }))).toEqual(later);
  });

  test('gives a retry the first answer again (KIP-360)', () => {
    const bumped = entry({ producerEpoch: 4, lastProducerEpoch: 3 });
    expect(init(bumped, PRODUCER)).toEqual({ is: 'epoch', producerEpoch: 4, lastProducerEpoch: 3 });
  });

  test('fences a producer with an earlier epoch', () => {
    const moved = entry({ producerEpoch: 5, lastProducerEpoch: -1 });
    expect(init(moved, PRODUCER)).toEqual(refused(Errors.PRODUCER_FENCED));
    expect(init(entry({ producerId: 8 }), PRODUCER)).toEqual(refused(Errors.PRODUCER_FENCED));
  });

  test('assigns another producer id when the epochs are used up', () => {
    const exhausted = entry({ producerEpoch: MAX_EPOCH - 1 });
    expect(init(exhausted)).toEqual({ is: 'rotate', lastProducerEpoch: -1 });
    const itself = { producerId: 7, producerEpoch: MAX_EPOCH - 1 };
    expect(init(exhausted, itself)).toEqual({ is: 'rotate', lastProducerEpoch: MAX_EPOCH - 1 });
  });

  test('accepts a producer whose id was replaced without its knowledge', () => {
    const rotated = entry({
      producerId: 8,
      previousProducerId: 7,
      producerEpoch: 0,
      lastProducerEpoch: MAX_EPOCH - 1,
    });
    const late = { producerId: 7, producerEpoch: MAX_EPOCH - 1 };
    expect(init(rotated, late)).toMatchObject({ is: 'epoch', producerEpoch: 0 });
  });
});

describe('a fence', () => {
  test('has the next epoch', () => {
    expect(fencingEpoch(entry({ state: 'Ongoing' }), MAX_EPOCH)).toBe(4);
  });

  test('that may not have been written is retried with the same epoch (KAFKA-9666)', () => {
    expect(fencingEpoch(entry({ state: 'Ongoing' }, { failedFence: true }), MAX_EPOCH)).toBe(3);
  });

  test('has no epoch left after the last one, which is kept for it and used once', () => {
    expect(fencingEpoch(entry({ producerEpoch: MAX_EPOCH - 1 }), MAX_EPOCH)).toBe(MAX_EPOCH);
    expect(fencingEpoch(entry({ producerEpoch: MAX_EPOCH }, { failedFence: true }), MAX_EPOCH)).toBe(
      MAX_EPOCH,
    );
    expect(fencingEpoch(entry({ producerEpoch: MAX_EPOCH }), MAX_EPOCH)).toBeNull();
  });

  test('of a timed-out transaction has an epoch of its own (KAFKA-6119)', () => {
    expect(timeoutEpoch(entry({ state: 'Ongoing' }), 4)).toBe(4);
  });
});

describe('AddPartitionsToTxn', () => {
  const add = (known: TransactionEntry, producer = PRODUCER) => addPartitions(known, producer, ['a-0']);

  test('begins a transaction, or adds to it', () => {
    expect(add(entry({}))).toEqual({ is: 'add' });
    expect(add(entry({ state: 'Ongoing', partitions: ['b-0'] }))).toEqual({ is: 'add' });
  });

  test('writes nothing when the partition is in the transaction', () => {
    expect(add(entry({ state: 'Ongoing', partitions: ['a-0'] }))).toEqual({ is: 'there' });
  });

  test('is refused until the previous transaction is complete', () => {
    expect(add(entry({ state: 'PrepareAbort' }))).toEqual(refused(Errors.CONCURRENT_TRANSACTIONS));
    expect(add(entry({}, { pending: 'PrepareCommit' }))).toEqual(refused(Errors.CONCURRENT_TRANSACTIONS));
  });

  test('refuses a zombie, and a producer id that is not the current one', () => {
    expect(add(entry({}), { ...PRODUCER, producerEpoch: 2 })).toEqual(refused(Errors.PRODUCER_FENCED));
    expect(add(entry({ producerId: 8 }))).toEqual(refused(Errors.INVALID_PRODUCER_ID_MAPPING));
  });

  test('sends a producer with a newer epoch to the coordinator that assigned it', () => {
    const newer = { ...PRODUCER, producerEpoch: PRODUCER.producerEpoch + 1 };
    const ongoing = entry({ state: 'Ongoing', partitions: ['a-0'] });
    expect(add(ongoing, newer)).toEqual(refused(Errors.NOT_COORDINATOR));
    expect(verifyPartition(ongoing, newer, 'a-0')).toBe(Errors.NOT_COORDINATOR);
    for (const end of [
      endTransactionV1(ongoing, { ...newer, commit: true }),
      endTransactionV2(ongoing, { ...newer, commit: true }, 32_767),
    ])
      expect(end).toEqual(refused(Errors.NOT_COORDINATOR));
    expect(initProducerId(entry({}), newer, 32_767)).toEqual(refused(Errors.NOT_COORDINATOR));
  });

  test('fences the previous producer id, however high its epoch is', () => {
    const successor = entry({ producerId: 8, producerEpoch: 0, previousProducerId: 7 });
    const predecessor = { producerId: 7, producerEpoch: MAX_EPOCH - 1 };
    expect(initProducerId(successor, predecessor, MAX_EPOCH)).toEqual(refused(Errors.PRODUCER_FENCED));
  });

  test('verification adds nothing: a partition outside the transaction must not be written to (KIP-890)', () => {
    const ongoing = entry({ state: 'Ongoing', partitions: ['a-0'] });
    expect(verifyPartition(ongoing, PRODUCER, 'a-0')).toBe(Errors.NONE);
    expect(verifyPartition(ongoing, PRODUCER, 'b-0')).toBe(Errors.TRANSACTION_ABORTABLE);
    expect(verifyPartition(entry({ state: 'PrepareCommit' }), PRODUCER, 'a-0')).toBe(
      Errors.CONCURRENT_TRANSACTIONS,
    );
  });
});

describe('EndTxn with version 1', () => {
  const end = (known: TransactionEntry, commit: boolean) => endTransactionV1(known, { ...PRODUCER, commit });

  test('ends the open transaction, even for a late request of the same epoch (KAFKA-17754)', () => {
    expect(end(entry({ state: 'Ongoing' }), true)).toEqual({ is: 'prepare', rotates: false });
  });

  test('answers a retry once the end is complete, and refuses it before', () => {
    expect(end(entry({ state: 'CompleteCommit' }), true)).toEqual({ is: 'done' });
    expect(end(entry({ state: 'PrepareCommit' }), true)).toEqual(refused(Errors.CONCURRENT_TRANSACTIONS));
  });

  test('never turns a commit into an abort, or an abort into a commit', () => {
    expect(end(entry({ state: 'CompleteCommit' }), false)).toEqual(refused(Errors.INVALID_TXN_STATE));
    expect(end(entry({ state: 'PrepareCommit' }), false)).toEqual(refused(Errors.CONCURRENT_TRANSACTIONS));
    expect(end(entry({ state: 'Empty' }), true)).toEqual(refused(Errors.INVALID_TXN_STATE));
  });
});

describe('EndTxn with version 2', () => {
  const end = (known: TransactionEntry, commit: boolean, producer = PRODUCER) =>
    endTransactionV2(known, { ...producer, commit }, MAX_EPOCH);

  /** Epoch 4 is the one after the end of the transaction of epoch 3. */
  const after = (state: TransactionMetadata['state']) => entry({ state, producerEpoch: 4 });

  test('recognises a retry by its epoch, and gives the first answer again', () => {
    expect(end(after('CompleteCommit'), true)).toEqual({ is: 'done' });
    expect(end(after('PrepareCommit'), true)).toEqual(refused(Errors.CONCURRENT_TRANSACTIONS));
    expect(end(after('CompleteCommit'), false)).toEqual(refused(Errors.INVALID_TXN_STATE));
  });

  test('fences a request that is so late that the next transaction is open', () => {
    expect(end(after('Ongoing'), true)).toEqual(refused(Errors.PRODUCER_FENCED));
  });

  test('accepts an abort of an empty transaction, but no commit of one', () => {
    const current = { producerId: 7, producerEpoch: 4 };
    for (const state of ['Empty', 'CompleteCommit', 'CompleteAbort'] as const) {
      expect(end(after(state), false, current)).toEqual({ is: 'prepare', rotates: false });
      expect(end(after(state), true, current)).toEqual(refused(Errors.INVALID_TXN_STATE));
    }
  });

  test('refuses an abort during a pending write as retriable, and does not fence (KAFKA-18464)', () => {
    const next = { producerId: 7, producerEpoch: 4 };
    expect(end(after('PrepareCommit'), false, next)).toEqual(refused(Errors.CONCURRENT_TRANSACTIONS));
  });

  test('assigns another producer id with the last epoch, and recognises a retry of that', () => {
    const last = { producerId: 7, producerEpoch: MAX_EPOCH - 1 };
    expect(end(entry({ state: 'Ongoing', producerEpoch: MAX_EPOCH - 1 }), true, last)).toEqual({
      is: 'prepare',
      rotates: true,
    });
    const rotated = entry({
      state: 'CompleteCommit',
      producerId: 8,
      previousProducerId: 7,
      producerEpoch: 0,
    });
    expect(end(rotated, true, last)).toEqual({ is: 'done' });
    // Its transactional id has been taken over since: epochs of two producer ids cannot be compared.
    expect(end({ ...rotated, metadata: { ...rotated.metadata, state: 'Empty' } }, true, last)).toEqual(
      refused(Errors.PRODUCER_FENCED),
    );
  });
});

describe('time', () => {
  test('an open transaction times out, but not one that is being completed', () => {
    const open = entry({ state: 'Ongoing', startMs: 0, timeoutMs: 100 });
    expect([isTimedOut(open, 100), isTimedOut(open, 101)]).toEqual([false, true]);
    expect(isTimedOut({ ...open, pending: 'PrepareCommit' }, 101)).toBe(false);
  });

  test('an unused transactional id expires, but not within a transaction', () => {
    expect(isExpired(entry({ state: 'CompleteAbort' }), 100, 100)).toBe(true);
    expect(isExpired(entry({ state: 'CompleteAbort', lastUpdateMs: 1 }), 100, 100)).toBe(false);
    expect(isExpired(entry({ state: 'Ongoing' }), 100, 100)).toBe(false);
  });
});

describe('a write that failed', () => {
  test('is mapped to an error of coordinators', () => {
    expect(coordinatorError(Errors.NOT_LEADER_OR_FOLLOWER)).toBe(Errors.NOT_COORDINATOR);
    expect(coordinatorError(Errors.NOT_ENOUGH_REPLICAS)).toBe(Errors.COORDINATOR_NOT_AVAILABLE);
  });

  test('is given up (KAFKA-7519), except for the completion, which is retried', () => {
    expect(clearsPending('Ongoing', Errors.COORDINATOR_NOT_AVAILABLE)).toBe(true);
    expect(clearsPending('CompleteCommit', Errors.COORDINATOR_NOT_AVAILABLE)).toBe(false);
  });
});

describe('the response to a marker', () => {
  test('of an earlier coordinator epoch does not count for the current markers (KAFKA-16352)', () => {
    expect([isAnswerToMarkers(7, 7), isAnswerToMarkers(7, 5)]).toEqual([true, false]);
  });

  test('leads to a retry unless a newer coordinator has taken over', () => {
    expect(afterMarker(Errors.NONE)).toBe('done');
    expect(afterMarker(Errors.NOT_LEADER_OR_FOLLOWER)).toBe('again');
    expect(afterMarker(Errors.NETWORK_EXCEPTION)).toBe('again');
    expect(afterMarker(Errors.TRANSACTION_COORDINATOR_FENCED)).toBe('leave');
  });
});

test('a coordinator acts on its loaded log only when all of it is committed', () => {
  expect([4, 5, 6].map((highWatermark) => mayServeLoadedLog(highWatermark, 5))).toEqual([false, true, true]);
});
