import type { Defect } from './defect.ts';

/** Found by this harness; the rule is the published one of Kafka (`Replica.resetReplicaState`). */
export const reElectedLeaderKeepsFollowerPositions: Defect = {
  slug: 're_elected_leader_keeps_follower_positions',
  ids: [],
  title: 'A leader that missed an epoch continues from the follower positions that it knew before',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'no loss: the high watermark passes records that an in-sync replica has truncated',
  how:
    'A leader is deposed and elected again before it learns of either. It keeps the log end offsets of its ' +
    'followers from its earlier epoch, although the leader in between made one of them truncate. With the fetch ' +
    'of another follower the high watermark passes records that the truncated follower, still in the ISR, does ' +
    'not hold.',
  rules: { keepsFollowerPositions: () => true },
};
