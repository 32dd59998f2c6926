/**
 * The records that one poll returned of one partition, in a form that is small enough to keep: a poll that agrees with
 * the ledger is rebuilt from the ledger when it is needed as evidence.
 */
import type { PolledPartition, PolledRecord, PollOk, TopicId } from '../history/history.ts';
import type { LedgerRecord } from './ledger-record.ts';
import type { OffsetMap } from './offset-map.ts';

const NO_HOLES: readonly number[] = Object.freeze([]);
/** A poll with more holes than this, and with more holes than records, is kept unchanged. */
const MANY_HOLES = 16;

/** The offsets at which the poll has no record; null if its records are out of order, or most offsets are holes. */
export function holesOf(entry: PolledPartition): readonly number[] | null {
  const { records, from, to } = entry;
  const count = to - from - records.length;
  if (count < 0 || count > Math.max(MANY_HOLES, records.length)) return null;
  let holes: number[] | null = null;
  let expected = from;
  for (const { offset } of records) {
    if (offset < expected || offset >= to) return null;
    for (; expected < offset; expected++) (holes ??= []).push(expected);
    expected = offset + 1;
  }
  for (; expected < to; expected++) (holes ??= []).push(expected);
  return holes ?? NO_HOLES;
}

export class ReadSpan {
  readonly op: number;
  readonly process: string;
  readonly timeUs: number;
  /** Position of the poll in the history. */
  readonly position: number;
  readonly topic: string;
  readonly partition: number;
  readonly topicId: TopicId | undefined;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Whether the poll was one of a read_committed consumer. */
  readonly committed: boolean;
  private readonly highWatermark: number | undefined;
  private readonly lastStableOffset: number | undefined;
  private readonly log: OffsetMap<LedgerRecord>;
  /** The offsets at which there was no record. */
  private readonly holes: readonly number[];
  /** Null if the log holds the same records at all other offsets. */
  private readonly entry: PolledPartition | null;

  /** `holes` is null where the log differs from what the poll returned, or the records were out of order. */
  constructor(
    event: PollOk,
    entry: PolledPartition,
    position: number,
    committed: boolean,
    log: OffsetMap<LedgerRecord>,
    holes: readonly number[] | null,
  ) {
    this.op = event.op;
    this.process = event.process;
    this.timeUs = event.timeUs;
    this.position = position;
    this.topic = entry.topic;
    this.partition = entry.partition;
    this.topicId = entry.topicId;
    this.from = entry.from;
    this.to = entry.to;
    this.committed = committed;
    this.highWatermark = entry.highWatermark;
    this.lastStableOffset = entry.lastStableOffset;
    this.log = log;
    this.holes = holes ?? NO_HOLES;
    this.entry = holes === null ? entry : null;
  }

  /** The poll, reduced to this partition. */
  asEvent(): PollOk {
    const { op, process, timeUs } = this;
    return { type: 'ok', f: 'poll', op, process, timeUs, partitions: [this.entry ?? this.rebuilt()] };
  }

  /** The value that the poll returned at the offset; undefined if none. */
  valueAt(offset: number): string | undefined {
    if (this.entry === null) return this.holes.includes(offset) ? undefined : this.log.get(offset)?.value;
    return this.entry.records.find((record) => record.offset === offset)?.value;
  }

  private rebuilt(): PolledPartition {
    const records: PolledRecord[] = [];
    for (let offset = this.from; offset < this.to; offset++) {
      const record = this.log.get(offset);
      if (record === undefined || this.holes.includes(offset)) continue;
      records.push({ offset, key: record.invoked?.key ?? null, value: record.value });
    }
    const { topic, partition, topicId, from, to, highWatermark, lastStableOffset } = this;
    return {
      topic,
      partition,
      ...(topicId === undefined ? {} : { topicId }),
      from,
      to,
      records,
      ...(highWatermark === undefined ? {} : { highWatermark }),
      ...(lastStableOffset === undefined ? {} : { lastStableOffset }),
    };
  }
}

/** Returns the first of the spans that covers the offset. */
export function spanCovering(spans: readonly ReadSpan[], offset: number): ReadSpan | null {
  return spans.find((span) => span.from <= offset && offset < span.to) ?? null;
}
