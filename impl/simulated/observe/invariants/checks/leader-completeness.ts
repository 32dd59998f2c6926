import type { ReplicaView } from '../../replica-view.ts';
import { holdsCommitted } from '../shadow-cluster.ts';
import type { ShadowPartition, ShadowReplica } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W1 (LeaderCompleteness): a leader holds everything that is committed. */
export function checkLeaderComplete(
  shadow: ShadowPartition,
  replica: ShadowReplica,
  { brokerId, leaderEpoch }: ReplicaView,
): Breach | null {
  if (holdsCommitted(shadow, replica)) return null;
  const shared = replica.log.commonPrefix(shadow.committed);
  return {
    anomaly: 'leader-completeness',
    offset: shared,
    sentence: `broker ${brokerId} became leader in epoch ${leaderEpoch} without the committed records at offsets ${shared} to ${shadow.committed.endOffset - 1}`,
  };
}
