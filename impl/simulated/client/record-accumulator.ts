import type { PartitionMetadata } from '../protocol/messages.ts';
import { NO_SEQUENCE } from '../../kafka/records.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import type { ProducedRecord } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { BufferPool } from './buffer-pool.ts';
import { estimateBytes, ProducerBatch } from './producer-batch.ts';
import type { SendCompletion } from './producer-batch.ts';

/** The batches of one partition that wait to be sent, in order. */
export class PartitionQueue {
  readonly partition: PartitionName;
  readonly index: number;
  readonly batches: ProducerBatch[] = [];
  /** The one that was made last, wherever it is now. */
  newest: ProducerBatch | null = null;
  /** How many records those before it have. */
  readonly sizes: number[] = [];
  /** A batch is in flight and must not be overtaken: Kafka's guaranteeMessageOrder. */
  muted = false;

  constructor(partition: PartitionName, index: number) {
    this.partition = partition;
    this.index = index;
  }
}

/** How many records the next batch of a partition may have, after batches with so many. */
export type RoomForRecords = (before: readonly number[]) => number;

/** Gathers records into batches, by partition (Kafka's class of that name). */
export class RecordAccumulator {
  readonly #batchSize: number;
  readonly #lingerMs: number;
  readonly #deliveryTimeoutMs: number;
  readonly #roomForRecords: RoomForRecords;
  readonly #buffers = new BufferPool();
  readonly #queues = new Map<PartitionName, PartitionQueue>();
  /** All unfinished batches, oldest first; finished ones leave when they are found at the front. */
  readonly #byAge: ProducerBatch[] = [];

  /** `batchSize` in bytes; times in ms. */
  constructor(
    batchSize: number,
    lingerMs: number,
    deliveryTimeoutMs: number,
    roomForRecords: RoomForRecords,
  ) {
    this.#batchSize = batchSize;
    this.#lingerMs = lingerMs;
    this.#deliveryTimeoutMs = deliveryTimeoutMs;
    this.#roomForRecords = roomForRecords;
  }

  get queues(): Iterable<PartitionQueue> {
    return this.#queues.values();
  }

  /** Whether a record of that size would join a batch that is already there. */
  hasRoom(partition: PartitionName, bytes: number): boolean {
    const last = this.#queues.get(partition)?.batches.at(-1);
    return last !== undefined && this.#fits(last, bytes);
  }

  /** True when the sender has something new to look at: another batch, or a batch that is full now. */
  append(
    topic: string,
    index: number,
    record: ProducedRecord,
    nowMs: number,
    complete: SendCompletion,
  ): boolean {
    const queue = this.#queue(topic, index);
    const bytes = estimateBytes(record.key, record.value);
    let batch = queue.batches.at(-1);
    const fresh = batch === undefined || !this.#fits(batch, bytes);
    if (batch === undefined || fresh) {
      if (batch !== undefined) batch.closed = true;
      batch = this.#begin(queue, nowMs);
      queue.batches.push(batch);
      this.#byAge.push(batch);
    }
    batch.add(record, bytes, complete);
    if (batch.bytes >= this.#batchSize) batch.closed = true;
    return fresh || batch.closed;
  }

  /**
   * When the first batch of the queue may be sent, in monotonic ms; a time that is past means now.
   * A retry waits for its backoff, unless the partition has a new leader meanwhile (KIP-951);
   * a first attempt for `linger.ms`, unless its batch is full or another one is behind it.
   */
  readyAtMs(queue: PartitionQueue, leader: PartitionMetadata): number {
    const first = queue.batches[0];
    if (first === undefined || queue.muted) return Number.POSITIVE_INFINITY;
    if (first.retries > 0) {
      const leaderIsNew =
        leader.topicId !== first.sentToTopicId || leader.leaderEpoch > first.sentToLeaderEpoch;
      return leaderIsNew ? 0 : first.backoffUntilMs;
    }
    return first.closed || queue.batches.length > 1 ? 0 : first.createdMs + this.#lingerMs;
  }

  /** Whether the first batch may go along with a request that is being sent anyway: lingering ones may. */
  mayDrain(queue: PartitionQueue, leader: PartitionMetadata, nowMs: number): boolean {
    const first = queue.batches[0];
    if (first === undefined || queue.muted) return false;
    return first.retries === 0 || this.readyAtMs(queue, leader) <= nowMs;
  }

  /** Takes the first batch of a queue, which must have one. */
  take(queue: PartitionQueue): ProducerBatch {
    const batch = queue.batches.shift();
    if (batch === undefined) throw new RangeError(`nothing waits for ${queue.partition}`);
    batch.closed = true;
    return batch;
  }

  /**
   * Puts a batch back before batches that were sent after it; with idempotence, behind those that were sent
   * before it. Without, batches come back in the order in which they were sent: it goes to the front.
   */
  reenqueue(batch: ProducerBatch): void {
    const { batches } = this.#queueOf(batch);
    let index = 0;
    while (index < batches.length && batches[index]!.ordinal >= 0 && batches[index]!.ordinal < batch.ordinal)
      index++;
    batches.splice(index, 0, batch);
  }

  mute(batch: ProducerBatch, muted: boolean): void {
    this.#queueOf(batch).muted = muted;
  }

  /** Takes the next batch whose `delivery.timeout.ms` is over, waiting or in flight; undefined when there is none. */
  takeExpired(nowMs: number): ProducerBatch | undefined {
    const oldest = this.#oldest();
    if (oldest === undefined || oldest.createdMs + this.#deliveryTimeoutMs > nowMs) return undefined;
    this.#byAge.shift();
    const { batches } = this.#queueOf(oldest);
    const waiting = batches.indexOf(oldest);
    if (waiting >= 0) batches.splice(waiting, 1);
    return oldest;
  }

  /** The buffer of a batch that was given up may be used for another one, at once. */
  deallocate(batch: ProducerBatch): void {
    this.#buffers.deallocate(batch);
  }

  /** The batch was taken, and nobody looks after it: its time does not end either. */
  forget(batch: ProducerBatch): void {
    const index = this.#byAge.indexOf(batch);
    if (index >= 0) this.#byAge.splice(index, 1);
  }

  /** When the next batch expires, in monotonic ms; infinite when there is none. */
  nextExpiryMs(): number {
    const oldest = this.#oldest();
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.createdMs + this.#deliveryTimeoutMs;
  }

  /** Whether a batch waits or is in flight. */
  get hasIncomplete(): boolean {
    return this.#oldest() !== undefined;
  }

  /** What there is goes out as soon as it may: batches take no more records. */
  flush(): void {
    for (const { batches } of this.#queues.values()) for (const batch of batches) batch.closed = true;
  }

  /** Gives up all that is not finished, or only what has never been sent. */
  abort(error: string, onlyUndrained: boolean): void {
    for (const batch of this.#byAge.splice(0)) {
      if (onlyUndrained && batch.baseSequence !== NO_SEQUENCE) {
        this.#byAge.push(batch);
        continue;
      }
      const { batches } = this.#queueOf(batch);
      const waiting = batches.indexOf(batch);
      if (waiting >= 0) batches.splice(waiting, 1);
      batch.giveUp(error);
    }
  }

  isExpired(batch: ProducerBatch, nowMs: number): boolean {
    return batch.createdMs + this.#deliveryTimeoutMs <= nowMs;
  }

  #oldest(): ProducerBatch | undefined {
    while (this.#byAge[0]?.done === true) this.#byAge.shift();
    return this.#byAge[0];
  }

  #begin(queue: PartitionQueue, nowMs: number): ProducerBatch {
    const { newest, sizes } = queue;
    const batch = new ProducerBatch(queue.partition, queue.index, nowMs);
    batch.sharesBufferWith = this.#buffers.allocate();
    queue.newest = batch;
    if (newest !== null) sizes.push(newest.records.length);
    batch.maxRecords = this.#roomForRecords(sizes);
    return batch;
  }

  #fits(batch: ProducerBatch, bytes: number): boolean {
    if (batch.closed || batch.records.length >= batch.maxRecords) return false;
    return batch.bytes + bytes <= this.#batchSize;
  }

  #queue(topic: string, index: number): PartitionQueue {
    const name = partitionName(topic, index);
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = new PartitionQueue(name, index);
      this.#queues.set(name, queue);
    }
    return queue;
  }

  #queueOf(batch: ProducerBatch): PartitionQueue {
    const queue = this.#queues.get(batch.partition);
    if (queue === undefined) throw new RangeError(`no batch was made for ${batch.partition}`);
    return queue;
  }
}
