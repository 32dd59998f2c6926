import type { PartitionMetadata } from '../protocol/messages.ts';
import { Purpose } from '../catalogue/purposes.ts';
import type { Draws } from '../kernel/draws.ts';
import { murmur2 } from './murmur2.ts';

const encoder = new TextEncoder();

/** Returns the partition of a key, as Kafka's own producer does for the key's UTF-8 bytes. */
export function partitionForKey(key: string, partitions: number): number {
  // Kafka's toPositive clears the sign bit; it does not take the absolute value.
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % partitions;
}

/**
 * Sends records without a key to one partition until its batch is complete, then to another one
 * (KIP-480), so that batches fill. Partitions that have a leader are preferred.
 */
export class StickyPartitioner {
  readonly #draws: Draws;
  readonly #current = new Map<string, number>();

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  /** The partition that the topic sticks to; undefined before the first record. */
  current(topic: string): number | undefined {
    return this.#current.get(topic);
  }

  /** Moves to another partition, if there is one; `op` keys the draw. */
  next(topic: string, partitions: readonly PartitionMetadata[], op: number): number {
    const previous = this.#current.get(topic);
    const available = partitions.filter((partition) => partition.leader >= 0);
    const candidates = available.length > 0 ? available : partitions;
    const others = candidates.filter((partition) => partition.index !== previous);
    const drawFrom = others.length > 0 ? others : candidates;
    const drawn = drawFrom[this.#draws.between(0, drawFrom.length - 1, Purpose.StickyPartition, op)];
    if (drawn === undefined) throw new RangeError(`${topic} has no partitions`);
    this.#current.set(topic, drawn.index);
    return drawn.index;
  }
}
