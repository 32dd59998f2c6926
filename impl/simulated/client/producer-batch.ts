import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID, NO_SEQUENCE } from '../../kafka/records.ts';
import type { ProducedRecord } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import { NO_EPOCH } from '../protocol/messages.ts';

/**
 * What became of a send. `fail` only when no attempt can have been appended, now or later;
 * `offset` is null with `acks=0`, where nobody says. `error` is Kafka's name.
 */
export type SendOutcome =
  | {
      readonly type: 'ok';
      readonly partition: number;
      readonly offset: number | null;
      /** Of the topic that took it. */
      readonly topicId: number;
    }
  | { readonly type: 'fail' | 'unknown'; readonly error: string; readonly partition?: number };

export type SendCompletion = (outcome: SendOutcome) => void;

/** What Kafka's estimate adds to key and value: the headers of a record and its share of the batch's. */
const OVERHEAD_BYTES = 70;

/** An estimate, in bytes; strings count by their UTF-16 units. */
export function estimateBytes(key: string | null, value: string): number {
  return (key === null ? 0 : key.length) + value.length + OVERHEAD_BYTES;
}

/** Records of one partition that are sent, retried, acknowledged and given up together. */
export class ProducerBatch {
  readonly partition: PartitionName;
  readonly index: number;
  /** Monotonic ms at which its delivery.timeout.ms began. */
  readonly createdMs: number;
  readonly records: ProducedRecord[] = [];
  bytes = 0;
  /** How many it may have. */
  maxRecords = Number.POSITIVE_INFINITY;
  /** Takes no more records: it was full, or it has been sent. */
  closed = false;
  /** Answered or given up; what is heard of it afterwards changes nothing. */
  done = false;
  inFlight = false;
  /** Failed attempts that were followed by another one. */
  retries = 0;
  /** Not to be sent before, on the monotonic clock. */
  backoffUntilMs = 0;
  /** The leader epoch that the last attempt was addressed to. */
  sentToLeaderEpoch = NO_EPOCH;
  /** The topic that the last attempt was addressed to, by its id; -1 before the first. */
  sentToTopicId = -1;
  /** An attempt that is over may have been appended. */
  maybeAppended = false;
  /** With idempotence, from the first attempt on. */
  producerId = NO_PRODUCER_ID;
  producerEpoch = NO_PRODUCER_EPOCH;
  baseSequence = NO_SEQUENCE;
  /** Told to belong to a transaction. */
  transactional = false;
  /** Has another sequence than its last attempt had. */
  sequenceReset = false;
  /** Grows with each batch of a producer that got a sequence. */
  ordinal = -1;
  /** What the last attempt put on the wire: it reads the buffer of this batch until it has left. */
  onWire: { records: readonly ProducedRecord[] } | null = null;
  /** The batch that had its buffer before, and whose request may not have left; null: none. */
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

  /** Its records are in the buffer now. Of a request whose connection was given up nothing leaves any more. */
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

  /** Gives up. Whether that is a `fail` or leaves the outcome open follows from the attempts made. */
  giveUp(error: string): void {
    if (this.done) return;
    this.done = true;
    const type = this.maybeAppended || this.inFlight ? 'unknown' : 'fail';
    const outcome: SendOutcome = { type, error, partition: this.index };
    for (const complete of this.#completions) complete(outcome);
  }
}
