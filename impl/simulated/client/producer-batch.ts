import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE } from '../../kafka/records.ts';
import type { ProducedRecord } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { NO_EPOCH } from '../protocol/messages.ts';

/**
 * The outcome of a send. `fail` only when no attempt can have been appended, now or later;
 * `offset` is null with `acks=0`, which has no response. `error` is Kafka's name.
 */
export type SendOutcome =
  | {
      readonly type: 'ok';
      readonly partition: number;
      readonly offset: number | null;
      /** The id of the topic that has the record. */
      readonly topicId: number;
    }
  | { readonly type: 'fail' | 'unknown'; readonly error: string; readonly partition?: number };

export type SendCompletion = (outcome: SendOutcome) => void;

/** The bytes that Kafka's estimate adds to key and value: the headers of a record and its share of the batch's. */
const OVERHEAD_BYTES = 70;

/** Returns an estimate, in bytes; strings count by their UTF-16 units. */
export function estimateBytes(key: string | null, value: string): number {
  return (key === null ? 0 : key.length) + value.length + OVERHEAD_BYTES;
}

/** Records of one partition that are sent, retried, acknowledged and given up together. */
export class ProducerBatch {
  readonly partition: PartitionName;
  readonly index: number;
  /** The start of delivery.timeout.ms, in ms of the monotonic clock. */
  readonly createdMs: number;
  readonly records: ProducedRecord[] = [];
  bytes = 0;
  /** How many it may have. */
  maxRecords = Number.POSITIVE_INFINITY;
  /** The batch takes no more records: it was full, or it has been sent. */
  closed = false;
  /** The batch was answered or given up; a later response changes nothing. */
  done = false;
  inFlight = false;
  /** The number of failed attempts that were followed by another one. */
  retries = 0;
  /** The end of the backoff, in ms of the monotonic clock. */
  backoffUntilMs = 0;
  /** The leader epoch that the last attempt was addressed to. */
  sentToLeaderEpoch = NO_EPOCH;
  /** The topic that the last attempt was addressed to, by its id; -1 before the first. */
  sentToTopicId = -1;
  /** A former attempt may have been appended. */
  maybeAppended = false;
  /** With idempotence, from the first attempt on. */
  producerId = NO_PRODUCER_ID;
  producerEpoch = NO_PRODUCER_EPOCH;
  baseSequence = NO_SEQUENCE;
  /** The batch is sent as part of a transaction. */
  transactional = false;
  /** The sequence differs from that of the last attempt. */
  sequenceReset = false;
  /** Grows with each batch of a producer that got a sequence. */
  ordinal = -1;
  /** The records of the last attempt, whose request reads the buffer of this batch until it has left. */
  onWire: { records: readonly ProducedRecord[] } | null = null;
  /** The former batch of the same buffer, whose request may not have left; null: none. */
  sharesBufferWith: ProducerBatch | null = null;
  readonly #completions: SendCompletion[] = [];

  constructor(partition: PartitionName, index: number, createdMs: number) {
    this.partition = partition;
    this.index = index;
    this.createdMs = createdMs;
  }

  add(record: ProducedRecord, bytes: number, complete: SendCompletion): void {
    this.records.push(record);
    this.#completions.push(complete);
    this.bytes += bytes;
  }

  /** Puts the records into the buffer. A request whose connection was closed reads it no longer. */
  fillBuffer(): void {
    const before = this.sharesBufferWith;
    if (before === null) return;
    this.sharesBufferWith = null;
    if (before.inFlight && before.onWire !== null) before.onWire.records = this.records;
  }

  /** `baseOffset` is null with `acks=0`. */
  succeed(baseOffset: number | null): void {
    if (this.done) return;
    this.done = true;
    for (let i = 0; i < this.#completions.length; i++) {
      const offset = baseOffset === null ? null : baseOffset + i;
      this.#completions[i]!({ type: 'ok', partition: this.index, offset, topicId: this.sentToTopicId });
    }
  }

  /** Gives up. The attempts that were made decide whether the outcome is `fail` or `unknown`. */
  giveUp(error: string): void {
    if (this.done) return;
    this.done = true;
    const type = this.maybeAppended || this.inFlight ? 'unknown' : 'fail';
    const outcome: SendOutcome = { type, error, partition: this.index };
    for (const complete of this.#completions) complete(outcome);
  }
}
