import { expect, test } from 'vitest';

import { preferredReadReplica } from './read-replica.ts';
import type { ReadCandidate } from './read-replica.ts';

const leader = { broker: 1, rack: 'a' };

function follower(broker: number, rack: string | null, change: Partial<ReadCandidate> = {}): ReadCandidate {
  return { broker, rack, alive: true, logStartOffset: 0, logEndOffset: 10, ...change };
}

test.each([
  { rack: '', followers: [follower(2, 'b')], reads: null, why: 'it names no rack' },
  { rack: 'a', followers: [follower(2, 'a')], reads: null, why: 'the leader is in its rack' },
  { rack: 'c', followers: [follower(2, 'b')], reads: null, why: 'no replica is in its rack' },
  { rack: 'b', followers: [follower(2, 'b')], reads: 2, why: 'a follower is in its rack' },
  { rack: 'b', followers: [follower(2, 'b', { alive: false })], reads: null, why: 'that follower is fenced' },
  {
    rack: 'b',
    followers: [follower(2, 'b', { logEndOffset: 4 })],
    reads: null,
    why: 'it does not reach so far',
  },
  { rack: 'b', followers: [follower(2, 'b', { logStartOffset: 6 })], reads: null, why: 'it begins later' },
  {
    rack: 'b',
    followers: [follower(2, 'b', { logEndOffset: 7 }), follower(3, 'b')],
    reads: 3,
    why: 'it holds more than the other one',
  },
])('a consumer in rack "$rack" at offset 5 reads from $reads: $why', ({ rack, followers, reads }) => {
  expect(preferredReadReplica(leader, followers, rack, 5)).toBe(reads);
});
