import type { AcceptedLoss } from '../accepted-loss.ts';
import { holdsCommitted } from '../shadow-cluster.ts';
import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W2 (LeaderCandidateCompleteness): a replica that may be elected cleanly holds everything that is committed. */
export function checkCandidatesComplete(shadow: ShadowPartition, losses: AcceptedLoss): Breach | null {
  const { committed, state } = shadow;
  if (committed.endOffset === 0) return null;
  for (const replica of shadow.replicas.values()) {
    if (replica.partition === null) continue;
    const inIsr = state.isr.includes(replica.broker);
    if (!inIsr && !state.elr.includes(replica.broker)) continue;
    if (holdsCommitted(shadow, replica) || losses.mayLoseCommitted(shadow)) continue;
    const shared = replica.log.commonPrefix(committed);
    return {
      anomaly: 'candidate-completeness',
      offset: shared,
      sentence: `broker ${replica.broker} is ${inIsr ? 'in the in-sync replicas' : 'an eligible leader replica'} without the committed records at offsets ${shared} to ${committed.endOffset - 1}`,
    };
  }
  return null;
}
