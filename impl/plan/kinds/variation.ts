/** Draws of what an operation or a fault might have been instead. */
import type { Topology } from '../topology.ts';

/** Draws a whole number below `below`. */
export type Draw = (below: number) => number;

/** Draws a length in milliseconds; short and long ones are equally likely. */
export function anyLengthMs(draw: Draw): number {
  return draw(1 << (1 + draw(12)));
}

export function anyPartition({ topics }: Topology, topic: string, draw: Draw): number {
  return draw(topics.find(({ name }) => name === topic)?.partitions ?? 1);
}

/** Draws a node of the same role; a client stays the same. */
export function anotherNode({ cluster }: Topology, node: string, draw: Draw): string {
  if (node.startsWith('broker-')) return `broker-${1 + draw(cluster.brokers)}`;
  return node.startsWith('controller-') ? `controller-${1 + draw(cluster.controllers)}` : node;
}

export function anyOrder<T>(of: readonly T[], draw: Draw): T[] {
  return of
    .map((value) => ({ value, rank: draw(1 << 30) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
