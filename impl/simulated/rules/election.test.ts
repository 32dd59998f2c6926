import { describe, expect, test } from 'vitest';

import { electLeader } from './election.ts';
import type { Candidates, ElectionKind } from './election.ts';

/** Three replicas, 1 leads, 1 and 2 are in sync, all are active. */
function elect(
  change: Partial<Omit<Candidates, 'isActive'>> & { down?: readonly number[] },
  kind: ElectionKind = 'any',
) {
  const { down = [], ...rest } = change;
  const isActive = (broker: number): boolean => !down.includes(broker);
  const { leader, from } = electLeader(
    { replicas: [1, 2, 3], isr: [1, 2], elr: [], lastKnownElr: [], leader: 1, isActive, ...rest },
    kind,
  );
  return [leader, from];
}

describe('the usual election', () => {
  test('keeps the current leader if it may stay, also when it is not the preferred one', () => {
    expect(elect({ leader: 2 })).toEqual([2, 'current']);
  });

  test('else elects the first in-sync replica, in the order of assignment and not of the ISR', () => {
    expect(elect({ replicas: [3, 2, 1], isr: [1, 2, 3], leader: 1, down: [1] })).toEqual([3, 'isr']);
  });

  test('does not keep a leader that is in sync but not active', () => {
    expect(elect({ down: [1] })).toEqual([2, 'isr']);
  });

  test('does not keep a leader that is active but has left the ISR', () => {
    expect(elect({ isr: [2], leader: 1 })).toEqual([2, 'isr']);
  });

  test('elects an eligible leader replica only when no replica is in sync (KIP-966)', () => {
    expect(elect({ isr: [3], elr: [2], leader: -1 })).toEqual([3, 'isr']);
    expect(elect({ isr: [], elr: [3, 2], leader: -1 })).toEqual([2, 'elr']);
    expect(elect({ isr: [], elr: [2], leader: -1, down: [2] })).toEqual([-1, 'none']);
  });

  test('does not elect a replica outside both, even if it is the only active one', () => {
    expect(elect({ down: [1, 2] })).toEqual([-1, 'none']);
  });
});

describe('the last known leader (KIP-966)', () => {
  test('is elected when no other replica may be elected', () => {
    expect(elect({ isr: [], elr: [], lastKnownElr: [2], leader: -1 })).toEqual([2, 'last-known-leader']);
  });

  test('is not elected while there is an eligible leader replica, even one that is down', () => {
    expect(elect({ isr: [], elr: [3], lastKnownElr: [2], leader: -1, down: [3] })).toEqual([-1, 'none']);
  });

  test('is not elected while it is down', () => {
    expect(elect({ isr: [], lastKnownElr: [2], leader: -1, down: [2] })).toEqual([-1, 'none']);
  });

  test('is not elected when several are known', () => {
    expect(elect({ isr: [], lastKnownElr: [2, 3], leader: -1 })).toEqual([-1, 'none']);
  });
});

describe('an unclean election', () => {
  test('elects any active replica, in the order of assignment', () => {
    expect(elect({ down: [1, 2] }, 'unclean')).toEqual([3, 'unclean']);
    expect(elect({ replicas: [4, 3, 2], isr: [5], leader: -1, down: [5] }, 'unclean')).toEqual([
      4,
      'unclean',
    ]);
  });

  test('prefers every clean choice', () => {
    expect(elect({}, 'unclean')).toEqual([1, 'current']);
    expect(elect({ down: [1] }, 'unclean')).toEqual([2, 'isr']);
    expect(elect({ isr: [], elr: [3], leader: -1 }, 'unclean')).toEqual([3, 'elr']);
    expect(elect({ isr: [], lastKnownElr: [3], leader: -1 }, 'unclean')).toEqual([3, 'last-known-leader']);
  });

  test('elects no leader when no replica is active', () => {
    expect(elect({ down: [1, 2, 3] }, 'unclean')).toEqual([-1, 'none']);
  });
});

describe('a preferred election', () => {
  test('elects the first replica when it is in sync', () => {
    expect(elect({ leader: 2 }, 'preferred')).toEqual([1, 'isr']);
    expect(elect({ leader: 1 }, 'preferred')).toEqual([1, 'current']);
  });

  test.each([
    { why: 'it is not in sync', change: { isr: [2], leader: 2 } },
    { why: 'it is down', change: { leader: 2, down: [1] } },
    {
      why: 'it is only an eligible leader replica while others are in sync',
      change: { isr: [2], elr: [1], leader: 2 },
    },
  ])('leaves it where it is when $why', ({ change }) => {
    expect(elect(change, 'preferred')).toEqual([2, 'current']);
  });

  test('of a partition without a leader is a usual election', () => {
    expect(elect({ isr: [], elr: [2], leader: -1 }, 'preferred')).toEqual([2, 'elr']);
  });
});
