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
  /** The batch that was created last, waiting or in flight. */
  newest: ProducerBatch | null = null;
  /** The number of records in the batches before it. */
  readonly sizes: number[] = [];
  /** A batch is in flight, and the next one waits for it (Kafka's guaranteeMessageOrder). */
  muted = false;

  constructor(partition: PartitionName, index: number) {
    this.partition = partition;
    this.index = index;
  }
}

/** Returns the number of records that the next batch of a partition may have. */
export type RoomForRecords = (before: readonly number[]) => number;

/** Collects records into batches, by partition (Kafka's class of that name). */
export class RecordAccumulator {
  readonly #batchSize: number;
  readonly #lingerMs: number;
  readonly #deliveryTimeoutMs: number;
  readonly #roomForRecords: RoomForRecords;
  readonly #buffers = new BufferPool();
  readonly #queues = new Map<PartitionName, PartitionQueue>();
  /** All unfinished batches, oldest first; finished ones are removed when they reach the front. */
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

  /** Returns whether a record of that size would join an existing batch. */
  hasRoom(partition: PartitionName, bytes: number): boolean {
    const last = this.#queues.get(partition)?.batches.at(-1);
    return last !== undefined && this.#fits(last, bytes);
  }

  /** Returns whether the sender has something new to send: another batch, or a batch that is full now. */
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
   * Returns the time from which the first batch of the queue may be sent, in ms of the monotonic clock.
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

  /** Returns whether the first batch may join a request that is being sent anyway: a lingering one may. */
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
   * Returns a batch to its queue. With idempotence it comes behind the batches that were sent before it. Without, it
   * comes to the front.
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

  /** Takes the next batch whose `delivery.timeout.ms` has passed, waiting or in flight; undefined when there is none. */
  takeExpired(nowMs: number): ProducerBatch | undefined {
    const oldest = this.#oldest();
    if (oldest === undefined || oldest.createdMs + this.#deliveryTimeoutMs > nowMs) return undefined;
    this.#byAge.shift();
    const { batches } = this.#queueOf(oldest);
    const waiting = batches.indexOf(oldest);
    if (waiting >= 0) batches.splice(waiting, 1);
    return oldest;
  }

  /** Frees the buffer of a batch that was given up. */
  deallocate(batch: ProducerBatch): void {
    this.#buffers.deallocate(batch);
  }

  /** Drops a batch that was taken: it never completes and never expires. */
  forget(batch: ProducerBatch): void {
    const index = this.#byAge.indexOf(batch);
    if (index >= 0) this.#byAge.splice(index, 1);
  }

  /** Returns the time at which the next batch expires, in ms of the monotonic clock; infinite when there is none. */
  nextExpiryMs(): number {
    const oldest = this.#oldest();
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.createdMs + this.#deliveryTimeoutMs;
  }

  /** Whether a batch waits or is in flight. */
  get hasIncomplete(): boolean {
    return this.#oldest() !== undefined;
  }

  /** Closes all batches, so that they are sent as soon as possible. */
  flush(): void {
    for (const { batches } of this.#queues.values()) for (const batch of batches) batch.closed = true;
  }

  /** Gives up unfinished batches, or only those that were never sent. */
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
