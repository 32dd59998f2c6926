import { describe, expect, test } from 'vitest';

import {
  grantsPreVote,
  grantsVote,
  hasLostQuorum,
  mayTruncateQuorumLog,
  metadataLogStart,
  needsMetadataSnapshot,
  nextQuorumHighWatermark,
  quorumDivergence,
  quorumTruncation,
} from './quorum.ts';
import type { Voter } from './quorum.ts';

const end = (lastEpoch: number, endOffset: number) => ({ lastEpoch, endOffset });

const voter: Voter = {
  role: 'unattached',
  votedFor: null,
  knowsLeader: false,
  hasFetchedFromLeader: false,
  ...end(3, 10),
};

describe('a vote', () => {
  test('goes to a candidate whose log lacks nothing', () => {
    expect(grantsVote(voter, 2, end(3, 10))).toBe(true);
    expect(grantsVote(voter, 2, end(3, 9))).toBe(false);
  });

  test('is granted once an epoch, and again to the same candidate', () => {
    expect(grantsVote({ ...voter, votedFor: 2 }, 2, end(3, 10))).toBe(true);
    expect(grantsVote({ ...voter, votedFor: 2 }, 3, end(9, 99))).toBe(false);
  });

  test('is not granted in an epoch with a known leader', () => {
    expect(grantsVote({ ...voter, role: 'follower', knowsLeader: true }, 2, end(9, 99))).toBe(false);
    expect(grantsVote({ ...voter, role: 'resigned' }, 2, end(9, 99))).toBe(false);
  });
});

describe('a pre-vote (KIP-996)', () => {
  test('is granted although the vote of the epoch is used', () => {
    expect(grantsPreVote({ ...voter, votedFor: 3 }, end(3, 10))).toBe(true);
  });

  test('is refused by a leader, and by a follower that has fetched from one', () => {
    expect(grantsPreVote({ ...voter, role: 'leader' }, end(9, 99))).toBe(false);
    expect(grantsPreVote({ ...voter, role: 'follower', hasFetchedFromLeader: true }, end(9, 99))).toBe(false);
  });

  test('is granted by a follower that never reached its leader', () => {
    expect(grantsPreVote({ ...voter, role: 'follower', knowsLeader: true }, end(3, 10))).toBe(true);
  });
});

describe('the high watermark of the quorum', () => {
  test('advances only past the first record of the leader’s own epoch (KAFKA-12619)', () => {
    const state = { highWatermark: 4, epochStartOffset: 8 };
    expect(nextQuorumHighWatermark({ ...state, acknowledged: [9, 8, 0] })).toBe(4);
    expect(nextQuorumHighWatermark({ ...state, acknowledged: [9, 9, 0] })).toBe(9);
  });

  test('never goes down', () => {
    expect(
      nextQuorumHighWatermark({ highWatermark: 12, epochStartOffset: 8, acknowledged: [12, 10, 9] }),
    ).toBe(12);
  });
});

test('a leader without a majority resigns in time, the only voter never (KAFKA-15489, KAFKA-16144)', () => {
  expect(hasLostQuorum(3, 2999, 3000)).toBe(false);
  expect(hasLostQuorum(3, 3000, 3000)).toBe(true);
  expect(hasLostQuorum(1, 9999, 3000)).toBe(false);
});

describe('logs that diverge', () => {
  /** Epoch 1 up to offset 5, epoch 3 up to offset 9. */
  const leader = (epoch: number) => (epoch >= 3 ? { epoch: 3, endOffset: 9 } : { epoch: 1, endOffset: 5 });

  test('a follower within an epoch of the leader agrees', () => {
    expect(quorumDivergence(leader, 5, 1)).toBeNull();
    expect(quorumDivergence(leader, 9, 3)).toBeNull();
  });

  test('a follower beyond the end of that epoch, or in an unknown epoch, diverges', () => {
    expect(quorumDivergence(leader, 7, 1)).toEqual({ epoch: 1, endOffset: 5 });
    expect(quorumDivergence(leader, 7, 2)).toEqual({ epoch: 1, endOffset: 5 });
    expect(quorumDivergence(leader, 10, 3)).toEqual({ epoch: 3, endOffset: 9 });
  });

  test('the follower keeps the part that both logs can share', () => {
    const own = (epoch: number) => (epoch >= 2 ? { epoch: 2, endOffset: 8 } : { epoch: 1, endOffset: 4 });
    expect(quorumTruncation({ epoch: 1, endOffset: 5 }, own)).toBe(4);
    expect(quorumTruncation({ epoch: 1, endOffset: 3 }, own)).toBe(3);
    expect(quorumTruncation({ epoch: 3, endOffset: 9 }, own)).toBe(8);
  });

  test('the follower does not truncate committed entries (KAFKA-12460)', () => {
    expect(mayTruncateQuorumLog(5, 5)).toBe(true);
    expect(mayTruncateQuorumLog(4, 5)).toBe(false);
  });
});

describe('a metadata snapshot (KIP-630)', () => {
  const leader = { startOffset: 5, startEpoch: 2 };

  test.each([
    { why: 'what it lacks is deleted', fetchOffset: 4, lastFetchedEpoch: 2, needed: true },
    { why: 'it parted below the start', fetchOffset: 7, lastFetchedEpoch: 1, needed: true },
    { why: 'it ends at the start with another entry', fetchOffset: 5, lastFetchedEpoch: 3, needed: true },
    { why: 'it ends at the start', fetchOffset: 5, lastFetchedEpoch: 2, needed: false },
    { why: 'it ends above', fetchOffset: 6, lastFetchedEpoch: 3, needed: false },
  ])('$why: needed $needed', ({ fetchOffset, lastFetchedEpoch, needed }) => {
    expect(needsMetadataSnapshot(leader, fetchOffset, lastFetchedEpoch)).toBe(needed);
  });

  test('is not needed while the leader has its whole log', () => {
    expect(needsMetadataSnapshot({ startOffset: 0, startEpoch: 0 }, 0, 0)).toBe(false);
  });

  test('allows the deletion of the entries that it includes, and of no others', () => {
    const state = { logStartOffset: 2, highWatermark: 9, snapshotEndOffset: 6 };
    expect(metadataLogStart({ ...state, retainedEntries: 7 })).toBe(2);
    expect(metadataLogStart({ ...state, retainedEntries: 6 })).toBe(6);
    expect(metadataLogStart({ ...state, snapshotEndOffset: 0, retainedEntries: 0 })).toBe(2);
  });
});
