/** The part that all faults of one node have in common. */
import type { Topology } from '../topology.ts';
import type { FaultBase, FaultKind } from './fault-kind.ts';
import type { Renaming } from './renaming.ts';
import { anotherNode, anyLengthMs, type Draw } from './variation.ts';

interface OfNode extends FaultBase {
  readonly node: string;
}

/** The hosts of a fault that names one host as `node`. */
export const ofNode = {
  hosts({ node }: OfNode): [['node'], string][] {
    return [[['node'], node]];
  },
  renameHosts<Own extends OfNode>(fault: Own, rename: Renaming): Own | null {
    const node = rename(fault.node);
    return node === null ? null : { ...fault, node };
  },
};

interface TakesDown extends OfNode {
  readonly restartAfterMs: number | null;
}

/** A fault that takes a broker or controller down and starts it again `restartAfterMs` later. */
export const takesDown = {
  ...ofNode,
  nodesOnly: true,
  durationMs({ restartAfterMs }: TakesDown): number {
    return restartAfterMs ?? 0;
  },
  vary<Own extends TakesDown>(fault: Own, topology: Topology, draw: Draw): Own {
    return { ...fault, node: anotherNode(topology, fault.node, draw), restartAfterMs: anyLengthMs(draw) };
  },
} satisfies Partial<FaultKind<TakesDown>>;

interface LastsOnNode extends OfNode {
  readonly forMs: number;
}

/** A fault that strikes a host, a client too, for `forMs`. */
export const lastsOnNode = {
  ...ofNode,
  nodesOnly: false,
  durationMs({ forMs }: LastsOnNode): number {
    return forMs;
  },
  vary<Own extends LastsOnNode>(fault: Own, topology: Topology, draw: Draw): Own {
    return { ...fault, node: anotherNode(topology, fault.node, draw), forMs: anyLengthMs(draw) };
  },
} satisfies Partial<FaultKind<LastsOnNode>>;
