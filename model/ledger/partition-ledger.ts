import type {
  DeleteRecordsInvoked,
  DeleteTopicInvoked,
  TopicId,
  TopicPartition,
} from '../history/history.ts';
import { Coverage } from './coverage.ts';
import { FinalRead } from './final-read.ts';
import type { FinalReader } from './final-read.ts';
import { OffsetMap } from './offset-map.ts';
import type { ReadSpan } from './read-span.ts';
import type { LedgerRecord } from './ledger-record.ts';

/** Holes of a poll that are longer than this, all together, are not remembered one by one. */
export const MOST_REMEMBERED_HOLES = 4096;

/** What was done to the topics that had one name. */
export class TopicLedger {
  /** Records may also be deleted because they are old. */
  readonly retention: boolean;
  /** Deletions asked for that have not failed for certain. */
  readonly deletions = new Set<DeleteTopicInvoked>();
  /** Position of the request that made the topic with an id; absent where nobody was told. */
  readonly createdAt = new Map<TopicId, number>();
  /** The partitions of the topic with an id; those of events that tell none are under undefined. */
  readonly partitions = new Map<TopicId | undefined, (PartitionLedger | undefined)[]>();

  constructor(retention: boolean) {
    this.retention = retention;
  }
}

export class PartitionLedger implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Undefined for what is told without: then it may be of any topic of that name. */
  readonly topicId: TopicId | undefined;
  /** What is told of this partition without a topic id, for instance a seek; itself where this is that. */
  readonly withoutTopicId: PartitionLedger;
  private readonly named: TopicLedger;
  /** The first record read at each offset. */
  readonly read = new OffsetMap<LedgerRecord>();
  /** The first record acknowledged at each offset. */
  readonly acknowledged = new OffsetMap<LedgerRecord>();
  /** The polls that showed something new, in the order of the history. */
  readonly spans: ReadSpan[] = [];
  /** What final read_uncommitted readers found; null until one got something from this partition. */
  final: FinalRead | null = null;
  /** What final read_committed readers found. */
  finalCommitted: FinalRead | null = null;
  /** Where read_committed consumers have been. They do not pass a transaction that is undecided. */
  readonly passedCommitted = new Coverage();
  /** Deletions asked for that have not failed for certain. */
  readonly deletions = new Set<DeleteRecordsInvoked>();

  constructor(place: TopicPartition, named: TopicLedger, topicId?: TopicId, untold?: PartitionLedger) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.named = named;
    this.topicId = topicId;
    this.withoutTopicId = untold ?? this;
  }

  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  /**
   * Whether offsets here may be of several topics of one name, one after the other: then what was found at one
   * of them proves nothing. So it is when one was deleted, and the history does not tell which topic was meant.
   */
  get severalTopics(): boolean {
    return this.topicId === undefined && this.named.deletions.size > 0;
  }

  /** Whether somebody asked for the deletion of a topic of that name, this one or another. */
  get topicMayBeDeleted(): boolean {
    return this.named.deletions.size > 0;
  }

  /** Position of the request that made this topic; null where nobody was told. */
  get createdAt(): number | null {
    return this.topicId === undefined ? null : (this.named.createdAt.get(this.topicId) ?? null);
  }

  /** Null when nobody has asked for records to be deleted; else the offset below which they may be gone. */
  get deletedBefore(): number | null {
    const { deletions } = this.withoutTopicId;
    if (deletions.size === 0) return null;
    return Math.max(...Array.from(deletions, ({ beforeOffset }) => beforeOffset));
  }

  /** Whether somebody asked for the deletion of a record at the offset, or it may have become too old. */
  mayBeDeletedByNow(offset: number): boolean {
    return this.named.retention || offset < (this.deletedBefore ?? 0);
  }

  /**
   * Whether a record at the offset may be missing because it was deleted. Where nobody has asked for a
   * deletion, or records soon become old, whatever lies below the start of the final read may have been deleted by
   * retention.
   */
  mayBeDeleted(offset: number, reader: FinalReader): boolean {
    // Final readers come one after the other. Retention does not wait for the last of them, and what only some
    // replicas have deleted on request is deleted everywhere as soon as one of those leads.
    if (offset < reader.from && this.mayBeDeletedByNow(offset)) return true;
    return this.deletedBefore === null && offset < this.finalStart;
  }

  /** A final reader of any isolation level that reached the end, or null. */
  get completeReader(): FinalReader | null {
    return this.final?.complete() ?? this.completeCommittedReader;
  }

  get completeCommittedReader(): FinalReader | null {
    return this.finalCommitted?.complete() ?? null;
  }

  /** The poll that first showed what is known at the offset, as evidence. */
  pollShowing(offset: number): ReadSpan | null {
    const value = this.read.get(offset)?.value;
    if (value === undefined) return null;
    const shows = (span: ReadSpan): boolean =>
      span.from <= offset && offset < span.to && span.valueAt(offset) === value;
    return this.spans.find(shows) ?? null;
  }

  /** Whether all of these were holes before, for a reader of the same isolation level; from now on they are. */
  knowsHoles(holes: readonly number[], committed: boolean): boolean {
    let known = holes.length <= MOST_REMEMBERED_HOLES;
    if (!known || holes.length === 0) return known;
    const map = committed ? (this.committedHoles ??= new Coverage()) : (this.holes ??= new Coverage());
    for (const offset of holes) {
      if (map.has(offset)) continue;
      map.add(offset, offset + 1);
      known = false;
    }
    return known;
  }

  private holes: Coverage | null = null;
  private committedHoles: Coverage | null = null;

  private get finalStart(): number {
    const starts = [this.final, this.finalCommitted].flatMap((final) =>
      final === null ? [] : [final.start],
    );
    return starts.length === 0 ? 0 : Math.min(...starts);
  }
}
