/** Records and batches as they lie in a log. A batch never changes once it is built; replicas share it. */

/** A record as a producer hands it over. */
export interface ProducedRecord {
  readonly key: string | null;
  readonly value: string;
  /** Wall clock of the producer, in ms. */
  readonly timestamp: number;
  /** The operation that sent it, for the trace and for hashing. */
  readonly op: number;
}

export interface RecordBatch {
  /** Offset of the first record. */
  readonly baseOffset: number;
  /** Offset of the last record, inclusive. */
  readonly lastOffset: number;
  /** Epoch of the leader that first appended it (partition leader epoch). */
  readonly leaderEpoch: number;
  readonly records: readonly ProducedRecord[];
}

/** A topic partition's name, as Kafka writes it: `orders-0`. */
export type PartitionName = string;

export function partitionName(topic: string, partition: number): PartitionName {
  return `${topic}-${partition}`;
}
