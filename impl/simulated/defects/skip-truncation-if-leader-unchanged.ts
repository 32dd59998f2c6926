import type { Defect } from './defect.ts';

export const skipTruncationIfLeaderUnchanged: Defect = {
  slug: 'skip_truncation_if_leader_unchanged',
  ids: ['KAFKA-7164'],
  title: 'A follower does not ask where to truncate when the same leader has a new epoch',
  versions: 'before 2.0.1 and 2.1.0',
  breaks: 'one log: a replica keeps records that its leader truncated in an epoch that the replica missed',
  how:
    'A leads, then B, then A again; B made A truncate. A follower that learns only of the two epochs of A takes ' +
    'them for no change: it keeps records that A no longer has, and appends behind them.',
  rules: {
    truncationTime: () => 'before-fetch',
    retriesAfterEpochChange: (previousLeader: number, leader: number) => previousLeader !== leader,
  },
};
