import type { ClusterEvent } from '../../history/history.ts';
import { FaultTally } from '../fault-tally.ts';

/** A tally that has observed these faults, each with the node that it hit. */
export function tallyOf(...faults: readonly [ClusterEvent['f'], string?][]): FaultTally {
  const tally = new FaultTally();
  for (const [f, node] of faults) {
    tally.observe({ type: 'cluster', timeUs: 0, f, ...(node === undefined ? {} : { node }) });
  }
  return tally;
}
