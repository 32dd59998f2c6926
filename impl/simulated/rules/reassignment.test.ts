import { describe, expect, test } from 'vitest';

import { beginReassignment, completeReassignment, leaderEpochAfter } from './reassignment.ts';

describe('a reassignment', () => {
  test('has all replicas at first, old and new, the target first', () => {
    expect(beginReassignment([1, 2, 3], [2, 4, 3])).toEqual({
      replicas: [2, 4, 3, 1],
      addingReplicas: [4],
      removingReplicas: [1],
    });
  });

  test('to another order adds and removes no replica', () => {
    const reordered = beginReassignment([1, 2, 3], [3, 1, 2]);
    expect(reordered).toEqual({ replicas: [3, 1, 2], addingReplicas: [], removingReplicas: [] });
    expect(completeReassignment(reordered, [1, 2, 3])).toBeNull();
  });

  test.each([
    { isr: [1, 2, 3], completes: null, why: 'the added replica is not in sync' },
    { isr: [1, 2, 4], completes: null, why: 'another target replica is not in sync' },
    { isr: [1, 2, 3, 4], completes: { replicas: [2, 4, 3], isr: [2, 3, 4] }, why: 'all of the target are' },
    {
      isr: [4, 3, 2],
      completes: { replicas: [2, 4, 3], isr: [4, 3, 2] },
      why: 'the one to go is gone already',
    },
  ])('completes with ISR $isr: $completes, for $why', ({ isr, completes }) => {
    expect(completeReassignment(beginReassignment([1, 2, 3], [2, 4, 3]), isr)).toEqual(completes);
  });
});

test('a new leader or a removed replica starts a new leader epoch', () => {
  expect(leaderEpochAfter(4, { leaderChanged: false, replicaRemoved: false })).toBe(4);
  expect(leaderEpochAfter(4, { leaderChanged: true, replicaRemoved: false })).toBe(5);
  expect(leaderEpochAfter(4, { leaderChanged: false, replicaRemoved: true })).toBe(5);
});
