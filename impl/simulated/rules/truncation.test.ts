import { describe, expect, test } from 'vitest';

import type { EpochEntry } from '../../kafka/leader-epoch.ts';
import { fetchDivergence } from './leader-epoch.ts';
import {
  restartAtLeaderStart,
  restartWithinBatch,
  truncationOnBecomingFollower,
  truncationOnDivergence,
  truncationOutOfRange,
} from './truncation.ts';

/** A log is written as the epochs of its records: [0, 0, 2] holds two records of epoch 0 and one of epoch 2. */
function epochsOf(log: readonly number[]): EpochEntry[] {
  return log.flatMap((epoch, startOffset) =>
    log[startOffset - 1] === epoch ? [] : [{ epoch, startOffset }],
  );
}

const followerLog = (log: readonly number[], highWatermark = 0) => ({
  epochs: epochsOf(log),
  logEndOffset: log.length,
  highWatermark,
});

/** Fetches and truncates in turns until leader and follower agree; returns the log end of the follower each time. */
function reconcile(leader: readonly number[], follower: readonly number[]): number[] {
  let log = [...follower];
  const ends: number[] = [];
  for (;;) {
    const divergence = fetchDivergence(epochsOf(leader), leader.length, log.length, log.at(-1) ?? -1);
    if (divergence === 'none') return ends;
    if (divergence === 'unknown') throw new Error('the leader does not know the epoch');
    const { toOffset } = truncationOnDivergence(divergence, followerLog(log));
    log = log.slice(0, toOffset);
    ends.push(toOffset);
    if (ends.length > 20) throw new Error('no end of it');
  }
}

describe('a follower whose log diverges', () => {
  test('truncates to the end of the epoch at the leader if that is earlier', () => {
    expect(truncationOnDivergence({ epoch: 1, endOffset: 3 }, followerLog([0, 1, 1, 1, 1]))).toEqual({
      toOffset: 3,
      again: false,
    });
  });

  test('truncates to the end of the epoch in its own log if that is earlier', () => {
    expect(truncationOnDivergence({ epoch: 1, endOffset: 9 }, followerLog([0, 1, 1, 2, 2]))).toEqual({
      toOffset: 3,
      again: false,
    });
  });

  test('truncates to the end of the previous epoch if it lacks the leader’s, and asks again', () => {
    expect(truncationOnDivergence({ epoch: 2, endOffset: 9 }, followerLog([0, 1, 1, 3, 3]))).toEqual({
      toOffset: 3,
      again: true,
    });
  });

  test('never truncates beyond its own log end', () => {
    expect(truncationOnDivergence({ epoch: 1, endOffset: 9 }, followerLog([0, 1])).toOffset).toBe(2);
  });

  test('truncates to the offset of the leader if it knows no epoch', () => {
    expect(truncationOnDivergence({ epoch: 7, endOffset: 2 }, followerLog([0, 0, 0]))).toEqual({
      toOffset: 2,
      again: false,
    });
  });
});

describe("KIP-279's example: two fast changes of the leader", () => {
  // Follower B led in epoch 1 and wrote offset 1; leader A led in epoch 2, which B does not know.
  const leader = [0, 2, 2];
  const follower = [0, 1, 1];

  test('the follower keeps nothing that the leader does not have', () => {
    expect(reconcile(leader, follower)).toEqual([1]);
  });

  test('the offset alone, as before KIP-279, would have kept a record of epoch 1', () => {
    const firstOfLaterEpoch = epochsOf(leader).find(({ epoch }) => epoch > 1)!.startOffset;
    expect(firstOfLaterEpoch).toBe(1);
    // With longer logs the later epoch starts above what both share, and records of the wrong epoch stay.
    const [longLeader, longFollower] = [
      [0, 0, 2, 3, 3],
      [0, 0, 1, 1, 1],
    ];
    const offsetOnly = epochsOf(longLeader!).find(({ epoch }) => epoch > 1)!.startOffset;
    expect(offsetOnly).toBe(2);
    expect(reconcile(longLeader!, longFollower!)).toEqual([2]);
  });

  test('interleaved epochs take one round each', () => {
    expect(reconcile([0, 2, 2, 4, 4, 6], [0, 1, 1, 3, 3, 5, 5])).toEqual([5, 3, 1]);
  });
});

/** An epoch has one leader, and so one start, with one history before it. */
function canBothBe(a: readonly number[], b: readonly number[]): boolean {
  return epochsOf(a).every(({ epoch, startOffset }) => {
    if (!b.includes(epoch)) return true;
    return a.slice(0, startOffset + 1).join() === b.slice(0, startOffset + 1).join();
  });
}

test('reconciliation of any two logs ends, at the point where they diverge', () => {
  const histories: number[][] = [[]];
  // Every log of up to four records whose epochs do not go down.
  for (const log of histories) {
    if (log.length === 4) continue;
    for (let epoch = log.at(-1) ?? 0; epoch <= 3; epoch++) histories.push([...log, epoch]);
  }
  let checked = 0;
  for (const leader of histories) {
    for (const follower of histories) {
      // A leader's epoch is above all that it follows, so its cache knows an epoch that high.
      if ((follower.at(-1) ?? -1) > (leader.at(-1) ?? -1)) continue;
      if (!canBothBe(leader, follower)) continue;
      const parted = leader.findIndex((epoch, offset) => follower[offset] !== epoch);
      const shared = parted < 0 ? leader.length : parted;
      const ends = reconcile(leader, follower);
      expect(ends.at(-1) ?? follower.length).toBe(Math.min(shared, follower.length));
      expect(ends).toEqual([...ends].sort((a, b) => b - a));
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(500);
});

test('a new follower truncates nothing by itself: its high watermark lags behind the true one (KIP-101)', () => {
  expect(truncationOnBecomingFollower(followerLog([0, 0, 0], 1))).toBeNull();
});

describe('a follower that is out of range', () => {
  test.each([
    { leaderEnd: 3, logEnd: 5, to: 3 },
    { leaderEnd: 0, logEnd: 5, to: 0 },
    { leaderEnd: 5, logEnd: 5, to: null },
    { leaderEnd: 9, logEnd: 5, to: null },
  ])('leader ends at $leaderEnd, follower at $logEnd: to $to', ({ leaderEnd, logEnd, to }) => {
    expect(truncationOutOfRange(leaderEnd, logEnd)).toBe(to);
  });
});

describe('a batch around the log end of a follower, because records were deleted up to its middle (KIP-107)', () => {
  const batch = { baseOffset: 9, lastOffset: 13 };
  const follower = (logStartOffset: number, logEndOffset: number) => ({ logStartOffset, logEndOffset });

  test('is the new log start of a follower that holds nothing', () => {
    expect(restartWithinBatch(batch, follower(12, 12), 12)).toBe(9);
    // A power loss took its records but not its log start; the leader does not know of the deletion.
    expect(restartWithinBatch(batch, follower(12, 12), 0)).toBe(9);
  });

  test('is the new log start of a follower that holds only what the leader has deleted', () => {
    expect(restartWithinBatch(batch, follower(1, 12), 12)).toBe(9);
    expect(restartWithinBatch(batch, follower(1, 11), 12)).toBe(9);
  });

  test('does not make a follower drop what the leader still has', () => {
    expect(restartWithinBatch(batch, follower(1, 12), 11)).toBeNull();
  });

  test('is not one that continues the log or leaves a gap', () => {
    expect(restartWithinBatch(batch, follower(1, 9), 12)).toBeNull();
    expect(restartWithinBatch(batch, follower(1, 8), 12)).toBeNull();
    expect(restartWithinBatch(batch, follower(1, 14), 14)).toBeNull();
  });
});

describe('a follower whose whole log the leader has deleted', () => {
  const follower = (highWatermark: number) => ({
    epochs: epochsOf([0, 0, 0, 0, 0]),
    logStartOffset: 0,
    logEndOffset: 5,
    highWatermark,
  });

  test('truncates fully if its records may differ from the deleted ones', () => {
    expect(restartAtLeaderStart(follower(1), 1, 5)).toBe(5);
    expect(restartAtLeaderStart(follower(1), 1, 7)).toBe(7);
  });

  test('continues if it fetched from this leader, or if all its records were committed', () => {
    expect(restartAtLeaderStart(follower(1), 0, 5)).toBeNull();
    expect(restartAtLeaderStart(follower(5), 1, 5)).toBeNull();
  });

  test('continues if records are left, whose epochs can be compared, or if it has deleted as much before', () => {
    expect(restartAtLeaderStart(follower(1), 1, 4)).toBeNull();
    expect(restartAtLeaderStart({ ...follower(1), logStartOffset: 5 }, 1, 5)).toBeNull();
  });
});
