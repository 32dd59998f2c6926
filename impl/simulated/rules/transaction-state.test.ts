import { describe, expect, test } from 'vitest';

import {
  completedEnd,
  completesTransition,
  newTransactionalId,
  preparedEnd,
  producerInEndTxnResponse,
  rotatesWhenFencing,
  withPartitions,
} from './transaction-state.ts';

const begun = (version: 1 | 2) =>
  withPartitions({ ...newTransactionalId(7, 60_000, 0), producerEpoch: 3 }, ['a-0'], version, 10);
const options = (version: 1 | 2, nextProducerId = -1) => ({
  version,
  maxEpoch: 32_767,
  nextProducerId,
  nowMs: 20,
  fences: false,
});

test('a transition may go back in time because a clock may (KAFKA-8803)', () => {
  const before = { state: 'CompleteCommit', startMs: 20 } as const;
  expect(completesTransition(before, { state: 'Ongoing', startMs: 10 })).toBe(true);
  expect(completesTransition(before, { state: 'CompleteAbort', startMs: 30 })).toBe(false);
});

test('a transaction begins with its first partition, and keeps its start time', () => {
  const first = begun(1);
  expect(first).toMatchObject({ state: 'Ongoing', partitions: ['a-0'], startMs: 10 });
  const second = withPartitions(first, ['a-0', 'b-0'], 1, 15);
  expect(second).toMatchObject({ partitions: ['a-0', 'b-0'], startMs: 10, lastUpdateMs: 15 });
});

describe('an end', () => {
  test('with version 1 keeps the epoch', () => {
    expect(preparedEnd(begun(1), true, options(1))).toMatchObject({
      state: 'PrepareCommit',
      producerEpoch: 3,
    });
  });

  test('with version 2 takes the next epoch, and remembers the last (KIP-890)', () => {
    const prepared = preparedEnd(begun(2), false, options(2));
    expect(prepared).toMatchObject({ state: 'PrepareAbort', producerEpoch: 4, lastProducerEpoch: 3 });
    expect(completedEnd(prepared, 30)).toMatchObject({
      state: 'CompleteAbort',
      producerEpoch: 4,
      partitions: [],
    });
  });

  test('with the last epoch brings another producer id into force', () => {
    const prepared = preparedEnd({ ...begun(2), producerEpoch: 32_766 }, true, options(2, 8));
    expect(prepared).toMatchObject({ producerId: 7, producerEpoch: 32_767, nextProducerId: 8 });
    expect(completedEnd(prepared, 30)).toMatchObject({
      producerId: 8,
      previousProducerId: 7,
      producerEpoch: 0,
      nextProducerId: -1,
      lastProducerEpoch: 32_766,
    });
  });
});

test('the response to EndTxn has the new producer id, although the markers have the old one (KAFKA-18660)', () => {
  const prepared = preparedEnd({ ...begun(2), producerEpoch: 32_766 }, true, options(2, 8));
  expect(producerInEndTxnResponse(prepared)).toEqual({ producerId: 8, producerEpoch: 0 });
  expect(producerInEndTxnResponse(preparedEnd(begun(2), true, options(2)))).toEqual({
    producerId: 7,
    producerEpoch: 4,
  });
});

test('a fence with the last epoch changes the producer id as well (KAFKA-20090)', () => {
  expect([rotatesWhenFencing(1, 3), rotatesWhenFencing(2, 3)]).toEqual([false, true]);
});
