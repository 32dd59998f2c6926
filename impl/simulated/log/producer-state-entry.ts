import type { RecordBatch } from '../../kafka/records.ts';
import { NO_PRODUCER_EPOCH } from '../../kafka/records.ts';
import type { BatchMetadata, ProducerState } from '../rules/producer-state.ts';
import type { Rules } from '../rules/rules.ts';

/** The rules that decide which batches are remembered, and with which offset. */
type Remembering = Pick<Rules, 'batchesToRetain' | 'firstOffsetOfBatch'>;

/** A transaction that a marker has ended in this partition. */
export interface CompletedTxn {
  readonly producerId: number;
  readonly firstOffset: number;
  /** Offset of the marker. */
  readonly lastOffset: number;
  readonly aborted: boolean;
}

/** The state of one producer in a partition, changed by each of its batches (Kafka's class of that name). */
export class ProducerStateEntry implements ProducerState {
  readonly producerId: number;
  producerEpoch = NO_PRODUCER_EPOCH;
  readonly batches: BatchMetadata[] = [];
  coordinatorEpoch = -1;
  lastTimestamp = -1;
  currentTxnFirstOffset = -1;

  constructor(producerId: number) {
    this.producerId = producerId;
  }

  static restore(snapshot: ProducerSnapshotEntry): ProducerStateEntry {
    const entry = new ProducerStateEntry(snapshot.producerId);
    entry.producerEpoch = snapshot.producerEpoch;
    if (snapshot.lastBatch !== null) entry.batches.push(snapshot.lastBatch);
    entry.coordinatorEpoch = snapshot.coordinatorEpoch;
    entry.lastTimestamp = snapshot.lastTimestamp;
    entry.currentTxnFirstOffset = snapshot.currentTxnFirstOffset;
    return entry;
  }

  /** Where a transaction begins with the batch; null: none does. */
  addData(batch: RecordBatch, lastSequence: number, rules: Remembering): number | null {
    this.#enter(batch.producerEpoch);
    const timestamp = maxTimestamp(batch);
    const written: BatchMetadata = {
      firstSequence: batch.baseSequence,
      lastSequence,
      firstOffset: batch.baseOffset,
      lastOffset: batch.lastOffset,
      timestamp,
    };
    const firstOffset = rules.firstOffsetOfBatch(written);
    if (this.batches.length >= rules.batchesToRetain()) this.batches.shift();
    this.batches.push(firstOffset === written.firstOffset ? written : { ...written, firstOffset });
    this.lastTimestamp = timestamp;
    if (!batch.transactional || this.currentTxnFirstOffset >= 0) return null;
    this.currentTxnFirstOffset = firstOffset;
    return firstOffset;
  }

  /** Null when no transaction of the producer was open here: such a marker ends nothing. */
  addMarker(batch: RecordBatch): CompletedTxn | null {
    const marker = batch.control!;
    this.#enter(batch.producerEpoch);
    this.coordinatorEpoch = marker.coordinatorEpoch;
    this.lastTimestamp = maxTimestamp(batch);
    const firstOffset = this.currentTxnFirstOffset;
    this.currentTxnFirstOffset = -1;
    if (firstOffset < 0) return null;
    const { producerId } = this;
    return { producerId, firstOffset, lastOffset: batch.lastOffset, aborted: marker.type === 'abort' };
  }

  toSnapshot(): ProducerSnapshotEntry {
    const { producerId, producerEpoch, coordinatorEpoch, lastTimestamp, currentTxnFirstOffset } = this;
    const lastBatch = this.batches.at(-1) ?? null;
    return { producerId, producerEpoch, lastBatch, coordinatorEpoch, lastTimestamp, currentTxnFirstOffset };
  }

  /** The batches of another epoch have other sequences. */
  #enter(producerEpoch: number): void {
    if (producerEpoch === this.producerEpoch) return;
    this.producerEpoch = producerEpoch;
    this.batches.length = 0;
  }
}

function maxTimestamp(batch: RecordBatch): number {
  let max = -1;
  for (const { timestamp } of batch.records) if (timestamp > max) max = timestamp;
  return max;
}

/** The state of a producer in a snapshot, with its last batch only. */
export interface ProducerSnapshotEntry {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly lastBatch: BatchMetadata | null;
  readonly coordinatorEpoch: number;
  readonly lastTimestamp: number;
  readonly currentTxnFirstOffset: number;
}
