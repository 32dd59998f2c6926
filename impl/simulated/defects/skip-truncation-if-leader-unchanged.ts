import type { Defect } from './defect.ts';

export const skipTruncationIfLeaderUnchanged: Defect = {
  slug: 'skip_truncation_if_leader_unchanged',
  ids: ['KAFKA-7164'],
  title: 'A follower that hears of a new epoch of the same leader does not ask where to truncate',
  versions: 'before 2.0.1 and 2.1.0',
  breaks:
    'one log: a replica keeps records that its leader has truncated in an epoch that the replica missed',
  how:
    'A leads, then B, then A again; B made A truncate. A follower that hears only of the two epochs of A takes them ' +
    'for no change: it keeps what A no longer has, and copies on behind it.',
  rules: {
    truncationTime: () => 'before-fetch',
    retriesAfterEpochChange: (previousLeader: number, leader: number) => previousLeader !== leader,
  },
};
