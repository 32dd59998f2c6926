import { describe, expect, test } from 'vitest';

import {
  hasDeletedLikeLeader,
  isCaughtUp,
  isIsrEligible,
  keepsFollowerPositions,
  mayJoinIsr,
} from './in-sync-replicas.ts';

const follower = { logEndOffset: 8, lastCaughtUpTimeMs: 1000, brokerEpoch: 17 };
const leader = { logEndOffset: 10, highWatermark: 6, leaderEpochStartOffset: 4 };

describe('caught up (replica.lag.time.max.ms)', () => {
  test.each([
    { why: 'at the log end, however long ago that was', end: 8, nowMs: 999_000, caughtUp: true },
    { why: 'behind, but not for long', end: 10, nowMs: 31_000, caughtUp: true },
    { why: 'behind for too long', end: 10, nowMs: 31_001, caughtUp: false },
  ])('$why', ({ end, nowMs, caughtUp }) => {
    expect(isCaughtUp(follower, end, nowMs, 30_000)).toBe(caughtUp);
  });

  test('a follower that was never caught up is not, at any time', () => {
    const never = { ...follower, logEndOffset: -1, lastCaughtUpTimeMs: Number.NEGATIVE_INFINITY };
    expect(isCaughtUp(never, 0, 0, 30_000)).toBe(false);
  });
});

describe('joining the ISR', () => {
  test.each([
    { why: 'holds all that is committed', change: {}, joins: true },
    { why: 'ends exactly at the high watermark', change: { highWatermark: 8 }, joins: true },
    { why: 'lacks a committed record', change: { highWatermark: 9 }, joins: false },
    {
      why: 'lacks records from before the start of the leader epoch (KAFKA-7128)',
      change: { leaderEpochStartOffset: 9 },
      joins: false,
    },
  ])('$why', ({ change, joins }) => {
    expect(mayJoinIsr(follower, { ...leader, ...change })).toBe(joins);
  });

  test('does not require the log end of the leader', () => {
    expect(mayJoinIsr(follower, leader)).toBe(true);
  });
});

test('a follower that has not deleted what its leader has deleted may differ there, and does not join', () => {
  expect([2, 3, 4].map((start) => hasDeletedLikeLeader(start, 3))).toEqual([false, true, true]);
});

describe('eligibility by the registration of the broker (KIP-841, KIP-903)', () => {
  const broker = { fenced: false, inControlledShutdown: false, brokerEpoch: 17 };

  test.each([
    { why: 'unfenced, in the incarnation that fetched', registration: broker, eligible: true },
    { why: 'fenced', registration: { ...broker, fenced: true }, eligible: false },
    { why: 'shutting down', registration: { ...broker, inControlledShutdown: true }, eligible: false },
    { why: 'another incarnation has fetched', registration: { ...broker, brokerEpoch: 18 }, eligible: false },
    { why: 'unknown', registration: undefined, eligible: false },
  ])('$why', ({ registration, eligible }) => {
    expect(isIsrEligible(follower, registration)).toBe(eligible);
  });
});

test('a re-elected leader keeps the positions of its followers only if it missed no epoch', () => {
  expect(keepsFollowerPositions(4, 5)).toBe(true);
  // In epoch 5 another broker may have led, and made the followers truncate.
  expect(keepsFollowerPositions(4, 6)).toBe(false);
});
