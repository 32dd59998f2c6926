import type { Defect } from './defect.ts';

/** Found by this harness; the rule is Kafka's as published (`Replica.resetReplicaState`). */
export const reElectedLeaderKeepsFollowerPositions: Defect = {
  slug: 're_elected_leader_keeps_follower_positions',
  ids: [],
  title: 'A leader that missed an epoch goes on from what its followers held before it',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'no loss: the high watermark passes records that an in-sync replica has truncated',
  how:
    'A leader is deposed and elected again before it hears of either. It keeps the log ends of its followers from ' +
    'its earlier epoch, although the leader in between made one truncate; with the fetch of another follower the ' +
    'high watermark moves past records that the truncated one, still in the ISR, does not hold.',
  rules: { keepsFollowerPositions: () => true },
};
