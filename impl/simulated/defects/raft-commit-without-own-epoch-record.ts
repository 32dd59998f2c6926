import { majorityOffset } from '../rules/quorum-logs.ts';
import type { QuorumCommitState } from '../rules/quorum.ts';
import type { Defect } from './defect.ts';

/** Commits when a majority has reached the offset of the LeaderChange record, instead of passing it. */
function commitAtEpochStart({ highWatermark, epochStartOffset, acknowledged }: QuorumCommitState): number {
  const heldByMajority = majorityOffset(acknowledged);
  return heldByMajority >= epochStartOffset ? Math.max(highWatermark, heldByMajority) : highWatermark;
}

export const raftCommitWithoutOwnEpochRecord: Defect = {
  slug: 'raft_commit_without_own_epoch_record',
  ids: ['KAFKA-12619'],
  title: 'A new quorum leader commits records of older epochs before one of its own',
  versions: 'before 2.8.0',
  breaks: 'committed metadata: another leader may overwrite it',
  how:
    'A record of an old epoch reaches a majority, and the leader counts it as committed although its ' +
    'LeaderChange record is on no majority yet. If the leader fails now, a controller whose last epoch is later ' +
    'than that of the record can win the election without holding the record (figure 8 of the Raft paper).',
  rules: { nextQuorumHighWatermark: commitAtEpochStart },
};
