/** Records and batches as they lie in a log. A batch never changes once it is built; replicas share it. */
import type { InternalRecord } from './internal-records.ts';

/** A record as a producer sends it. */
export interface ProducedRecord {
  readonly key: string | null;
  readonly value: string;
  /** Wall clock of the producer, in ms. */
  readonly timestamp: number;
  /** The operation that sent it, for the trace and for hashing. */
  readonly op: number;
  /** The contents of a record of an internal topic. */
  readonly internal?: InternalRecord;
}

/** No producer id, producer epoch or sequence: the batch is of a producer without idempotence. */
export const NO_PRODUCER_ID = -1;
export const NO_PRODUCER_EPOCH = -1;
export const NO_SEQUENCE = -1;

/** The marker that ends a transaction in a partition: the one record of a control batch (KIP-98). */
export interface EndTransactionMarker {
  readonly type: 'commit' | 'abort';
  /** The leader epoch of the coordinator's partition of the transaction log. */
  readonly coordinatorEpoch: number;
}

/** The producer of a batch, and the batch's place in the sequence of that producer in the partition (KIP-98). */
export interface BatchIdentity {
  /** NO_PRODUCER_ID without idempotence; epoch and sequence are also -1 then. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Sequence number of the first record; NO_SEQUENCE in a control batch. */
  readonly baseSequence: number;
  readonly transactional: boolean;
  /** Null in a batch of data. */
  readonly control: EndTransactionMarker | null;
}

/** A batch as a leader receives it, without offsets. */
export interface UnplacedBatch extends BatchIdentity {
  readonly records: readonly ProducedRecord[];
}

export interface RecordBatch extends UnplacedBatch {
  /** Offset of the first record. */
  readonly baseOffset: number;
  /** Offset of the last record, inclusive. */
  readonly lastOffset: number;
  /** Epoch of the leader that first appended it (partition leader epoch). */
  readonly leaderEpoch: number;
}

/** Returns a batch of a producer without idempotence. */
export function plainBatch(records: readonly ProducedRecord[]): UnplacedBatch {
  return {
    records,
    producerId: NO_PRODUCER_ID,
    producerEpoch: NO_PRODUCER_EPOCH,
    baseSequence: NO_SEQUENCE,
    transactional: false,
    control: null,
  };
}

/** Returns the control batch by which a coordinator ends a transaction in a partition. `timestamp`: its wall clock in ms. */
export function markerBatch(
  producerId: number,
  producerEpoch: number,
  marker: EndTransactionMarker,
  timestamp: number,
): UnplacedBatch {
  const value = `${marker.type} of producer ${producerId} in epoch ${producerEpoch}`;
  // Markers belong to no client operation; this number distinguishes them where logs are compared.
  const op = -2 - (producerId * 2 + (marker.type === 'commit' ? 1 : 0));
  return {
    records: [{ key: null, value, timestamp, op }],
    producerId,
    producerEpoch,
    baseSequence: NO_SEQUENCE,
    transactional: true,
    control: marker,
  };
}
/** An aborted transaction, as a read_committed consumer receives it: the consumer drops its records. */
export interface AbortedTxn {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the marker, inclusive. */
  readonly lastOffset: number;
}
