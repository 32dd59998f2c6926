/**
 * What one poll showed of one partition, kept small enough to keep: a poll that agrees with the ledger
 * is rebuilt from it when somebody asks for evidence.
 */
import type { PolledPartition, PolledRecord, PollOk, TopicId } from './history.ts';
import type { LedgerRecord } from './ledger.ts';
import type { OffsetMap } from './offset-map.ts';

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
  private readonly highWatermark: number | undefined;
  private readonly log: OffsetMap<LedgerRecord>;
  /** Null if the log holds the same records at these offsets. */
  private readonly entry: PolledPartition | null;

  constructor(
    event: PollOk,
    entry: PolledPartition,
    position: number,
    log: OffsetMap<LedgerRecord>,
    inLog: boolean,
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
    this.highWatermark = entry.highWatermark;
    this.log = log;
    this.entry = inLog ? null : entry;
  }

  /** The poll as it was, cut down to this partition. */
  asEvent(): PollOk {
    const { op, process, timeUs } = this;
    return { type: 'ok', f: 'poll', op, process, timeUs, partitions: [this.entry ?? this.rebuilt()] };
  }

  /** The value that the poll showed at the offset; undefined if none. */
  valueAt(offset: number): string | undefined {
    if (this.entry === null) return this.log.get(offset)?.value;
    return this.entry.records.find((record) => record.offset === offset)?.value;
  }

  private rebuilt(): PolledPartition {
    const records: PolledRecord[] = [];
    for (let offset = this.from; offset < this.to; offset++) {
      const record = this.log.get(offset);
      if (record === undefined) continue;
      records.push({ offset, key: record.invoked?.key ?? null, value: record.value });
    }
    const { topic, partition, topicId, from, to, highWatermark } = this;
    return {
      topic,
      partition,
      ...(topicId === undefined ? {} : { topicId }),
      from,
      to,
      records,
      ...(highWatermark === undefined ? {} : { highWatermark }),
    };
  }
}

/** The first of the spans that covers the offset. */
export function spanCovering(spans: readonly ReadSpan[], offset: number): ReadSpan | null {
  return spans.find((span) => span.from <= offset && offset < span.to) ?? null;
}
