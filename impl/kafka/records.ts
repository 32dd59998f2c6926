/** Records and batches as they lie in a log. A batch never changes once it is built; replicas share it. */
import type { InternalRecord } from './internal-records.ts';

/** A record as a producer hands it over. */
export interface ProducedRecord {
  readonly key: string | null;
  readonly value: string;
  /** Wall clock of the producer, in ms. */
  readonly timestamp: number;
  /** The operation that sent it, for the trace and for hashing. */
  readonly op: number;
  /** In an internal topic: what the broker keeps there. */
  readonly internal?: InternalRecord;
}

/** No producer id, producer epoch or sequence: the batch is of a producer without idempotence. */
export const NO_PRODUCER_ID = -1;
export const NO_PRODUCER_EPOCH = -1;
export const NO_SEQUENCE = -1;

/** What ends a transaction in a partition: the one record of a control batch (KIP-98). */
export interface EndTransactionMarker {
  readonly type: 'commit' | 'abort';
  /** The leader epoch of the coordinator's partition of the transaction log. */
  readonly coordinatorEpoch: number;
}

/** Who wrote a batch, and where it stands among what he wrote to the partition (KIP-98). */
export interface BatchIdentity {
  /** NO_PRODUCER_ID without idempotence; then epoch and sequence are -1, too. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Sequence number of the first record; NO_SEQUENCE in a control batch. */
  readonly baseSequence: number;
  readonly transactional: boolean;
  /** Null in a batch of data. */
  readonly control: EndTransactionMarker | null;
}

/** A batch as it is handed to a leader: it has no offsets yet. */
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

/** Records of a producer without idempotence. */
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

/** The control batch by which a coordinator ends a producer's transaction in a partition. `timestamp`: its wall clock in ms. */
export function markerBatch(
  producerId: number,
  producerEpoch: number,
  marker: EndTransactionMarker,
  timestamp: number,
): UnplacedBatch {
  const value = `${marker.type} of producer ${producerId} in epoch ${producerEpoch}`;
  // No operation of a client sent it; the number tells markers apart where logs are compared.
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
/** What a read_committed consumer is told of a transaction that was aborted: it drops its records. */
export interface AbortedTxn {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the marker, inclusive. */
  readonly lastOffset: number;
}
