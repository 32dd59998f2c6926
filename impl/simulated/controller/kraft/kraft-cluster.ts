import type { Cluster } from '../../cluster/cluster.ts';
import type { QuorumObserver } from '../../observe/quorum-observer.ts';

/** A cluster whose metadata is kept by a quorum of controllers. */
export interface KraftCluster extends Cluster {
  readonly quorumObserver: QuorumObserver;
}
