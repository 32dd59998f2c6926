import { majorityOffset } from '../rules/quorum-logs.ts';
import type { QuorumCommitState } from '../rules/quorum.ts';
import type { Defect } from './defect.ts';

/** Reaching the LeaderChange record was enough; it has to be passed. */
function commitAtEpochStart({ highWatermark, epochStartOffset, acknowledged }: QuorumCommitState): number {
  const heldByMajority = majorityOffset(acknowledged);
  return heldByMajority >= epochStartOffset ? Math.max(highWatermark, heldByMajority) : highWatermark;
}

export const raftCommitWithoutOwnEpochRecord: Defect = {
  slug: 'raft_commit_without_own_epoch_record',
  ids: ['KAFKA-12619'],
  title: 'A new leader of the quorum commits records of older epochs before one of its own',
  versions: 'before 2.8.0',
  breaks: 'metadata that was committed is committed: another leader may overwrite it',
  how:
    'A record of an old epoch reaches a majority, and the leader counts it as committed although its LeaderChange ' +
    'record is on no majority yet. If it fails now, a controller whose last epoch is later than that of the record ' +
    'wins the election without having it (figure 8 of the Raft paper).',
  rules: { nextQuorumHighWatermark: commitAtEpochStart },
};
