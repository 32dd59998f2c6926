import type { ReplicaView } from '../../replica-view.ts';
import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W5: one leader in each epoch. Records the leader. */
export function checkOneLeaderInEpoch(
  { leaderOfEpoch }: ShadowPartition,
  { brokerId, leaderEpoch }: ReplicaView,
): Breach | null {
  const other = leaderOfEpoch.get(leaderEpoch);
  leaderOfEpoch.set(leaderEpoch, brokerId);
  if (other === undefined || other === brokerId) return null;
  return {
    anomaly: 'two-leaders-in-one-epoch',
    offset: null,
    sentence: `brokers ${other} and ${brokerId} both lead in epoch ${leaderEpoch}`,
  };
}
