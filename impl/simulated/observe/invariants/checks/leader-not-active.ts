import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** The controller elects a broker that is registered, not fenced, and has the log directory of its replica (KAFKA-19522, KIP-858). */
export function checkLeaderActive({ state }: ShadowPartition, leaderIsActive: boolean): Breach | null {
  if (leaderIsActive) return null;
  return {
    anomaly: 'leader-not-active',
    offset: null,
    sentence: `the controller elected broker ${state.leader}, which is fenced, or without the log directory of its replica`,
  };
}
