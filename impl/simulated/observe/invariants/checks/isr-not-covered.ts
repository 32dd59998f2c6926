import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W4 (ReplicationQuorumSuperset): a leader that is not deposed waits for every replica that the controller holds to be in sync. */
export function checkIsrCovered({ state, replicas }: ShadowPartition): Breach | null {
  const leader = replicas.get(state.leader)?.partition;
  if (leader === undefined || leader === null) return null;
  if (!leader.isLeader || leader.leaderEpoch !== state.leaderEpoch) return null;
  for (const broker of state.isr) {
    if (leader.maximalIsr.includes(broker)) continue;
    return {
      anomaly: 'isr-not-covered',
      offset: null,
      sentence: `the controller holds broker ${broker} to be in sync, leader ${state.leader} does not wait for it in epoch ${state.leaderEpoch}`,
    };
  }
  return null;
}
