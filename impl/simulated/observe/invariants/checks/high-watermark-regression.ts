import type { ReplicaView } from '../../replica-view.ts';
import type { ShadowPartition, ShadowReplica } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W6: the high watermark of a leader never goes down in its epoch. `replica` has the high watermark before. */
export function checkHighWatermarkRises(
  { leaderOfEpoch }: ShadowPartition,
  replica: ShadowReplica,
  { brokerId, leaderEpoch, highWatermark }: ReplicaView,
): Breach | null {
  const leads = leaderOfEpoch.get(leaderEpoch) === brokerId;
  if (!leads || highWatermark >= replica.highWatermark || replica.outdated) return null;
  return {
    anomaly: 'high-watermark-regression',
    offset: highWatermark,
    sentence: `the high watermark of leader ${brokerId} went down from ${replica.highWatermark} to ${highWatermark} in epoch ${leaderEpoch}`,
  };
}
