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

/** The holes of a poll with more of them than this are not remembered one by one. */
export const MOST_REMEMBERED_HOLES = 4096;

/** The deletions and creations of the topics that had one name. */
export class TopicLedger {
  /** Records may also be deleted because of their age. */
  readonly retention: boolean;
  /** Requested deletions that have not certainly failed. */
  readonly deletions = new Set<DeleteTopicInvoked>();
  /** Position of the request that created the topic with an id; absent where its response is not known. */
  readonly createdAt = new Map<TopicId, number>();
  /** The partitions of the topic with an id; undefined is the key for events without a topic id. */
  readonly partitions = new Map<TopicId | undefined, (PartitionLedger | undefined)[]>();

  constructor(retention: boolean) {
    this.retention = retention;
  }
}

export class PartitionLedger implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** Undefined for events without a topic id: they may be about any topic of that name. */
  readonly topicId: TopicId | undefined;
  /** The ledger of events about this partition without a topic id, for example of a seek; may be this ledger itself. */
  readonly withoutTopicId: PartitionLedger;
  private readonly named: TopicLedger;
  /** The first record read at each offset. */
  readonly read = new OffsetMap<LedgerRecord>();
  /** The first record acknowledged at each offset. */
  readonly acknowledged = new OffsetMap<LedgerRecord>();
  /** The polls that returned something new, in the order of the history. */
  readonly spans: ReadSpan[] = [];
  /** The final read by read_uncommitted readers; null until one has polled this partition. */
  final: FinalRead | null = null;
  /** The final read by read_committed readers. */
  finalCommitted: FinalRead | null = null;
  /** The offsets that read_committed consumers have passed. They do not pass an undecided transaction. */
  readonly passedCommitted = new Coverage();
  /** Requested deletions that have not certainly failed. */
  readonly deletions = new Set<DeleteRecordsInvoked>();

  constructor(
    place: TopicPartition,
    named: TopicLedger,
    topicId?: TopicId,
    withoutTopicId?: PartitionLedger,
  ) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.named = named;
    this.topicId = topicId;
    this.withoutTopicId = withoutTopicId ?? this;
  }

  get name(): string {
    return `${this.topic}-${this.partition}`;
  }

  /**
   * Whether offsets here may belong to several topics of the same name, one after the other, so that a record at an
   * offset proves nothing: a topic was deleted, and the events do not say which topic they are about.
   */
  get severalTopics(): boolean {
    return this.topicId === undefined && this.named.deletions.size > 0;
  }

  /** Whether the deletion of a topic of that name was requested, of this one or of another. */
  get topicMayBeDeleted(): boolean {
    return this.named.deletions.size > 0;
  }

  /** Position of the request that created this topic; null where its response is not known. */
  get createdAt(): number | null {
    return this.topicId === undefined ? null : (this.named.createdAt.get(this.topicId) ?? null);
  }

  /** The offset below which records may have been deleted on request; null if no deletion was requested. */
  get deletedBefore(): number | null {
    const { deletions } = this.withoutTopicId;
    if (deletions.size === 0) return null;
    return Math.max(...Array.from(deletions, ({ beforeOffset }) => beforeOffset));
  }

  /** Whether the deletion of a record at the offset was requested, or the record may have become too old. */
  mayBeDeletedByNow(offset: number): boolean {
    return this.named.retention || offset < (this.deletedBefore ?? 0);
  }

  /**
   * Whether a record at the offset may be missing from a final read because it was deleted. Where no deletion was
   * requested, retention may have deleted every record below the start of the final read.
   */
  mayBeDeleted(offset: number, reader: FinalReader): boolean {
    // Final readers read one after the other. Retention does not wait for the last of them, and records that only some
    // replicas have deleted on request are deleted everywhere once one of those replicas is the leader.
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

  /** The first poll that returned the record which is known at the offset. */
  pollShowing(offset: number): ReadSpan | null {
    const value = this.read.get(offset)?.value;
    if (value === undefined) return null;
    const shows = (span: ReadSpan): boolean =>
      span.from <= offset && offset < span.to && span.valueAt(offset) === value;
    return this.spans.find(shows) ?? null;
  }

  /**
   * Remembers the holes that a reader found; returns whether all of them were known, for a reader of the same isolation
   * level.
   */
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
