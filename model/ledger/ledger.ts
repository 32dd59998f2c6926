/**
 * What clients know of the logs: which value was sent by whom and how that ended, and which value was
 * seen at which offset. Built in one pass and shared by the guarantees, which only read it.
 *
 * Memory: for each value its invocation, its completion and about 150 bytes; for each offset up to 24
 * bytes; for each poll that showed something new about 100 bytes; for each transaction about 150 bytes. Polls
 * that only confirm what others read leave nothing behind, and a poll's records are not kept: they are in the
 * ledger already.
 */
import type {
  AdminInvoked,
  DeleteRecordsInvoked,
  DeleteTopicInvoked,
  HistoryEvent,
  IsolationLevel,
  NotOk,
  PolledPartition,
  PollInvoked,
  PollOk,
  SendInvoked,
  SendOk,
  TopicId,
  TopicPartition,
} from '../history/history.ts';
import { Coverage } from './coverage.ts';
import { FinalRead, type FinalReader } from './final-read.ts';
import { OffsetMap } from './offset-map.ts';
import { holesOf, ReadSpan } from './read-span.ts';
import type { Transaction } from './transaction.ts';
import { TransactionLedger } from './transaction-ledger.ts';

/** One value: sent, read, or both. */
export class LedgerRecord {
  readonly value: string;
  /** Null while only reads know the value. */
  invoked: SendInvoked | null = null;
  /** Position in the history, from 1; 0 while not invoked. */
  invokedAt = 0;
  completed: SendOk | NotOk | null = null;
  completedAt = 0;
  /** The partition in which it was read first. */
  readIn: PartitionLedger | null = null;
  readOffset = -1;
  /** A final reader of any isolation level found it. */
  inFinalRead = false;
  /** Null outside of transactions. */
  transaction: Transaction | null = null;
  /** The copies that a read_committed consumer was given: hardly ever more than one. Null while there is none. */
  private committedCopies: { readonly place: PartitionLedger; readonly offset: number }[] | null = null;
  inCommittedFinalRead = false;
  /** Its place among its producer's sends was looked at. */
  orderJudged = false;

  constructor(value: string) {
    this.value = value;
  }

  /** A read_committed consumer was given it. */
  get readCommitted(): boolean {
    return this.committedCopies !== null;
  }

  /** A read_committed consumer was given the copy that lies there. */
  shownCommitted(place: PartitionLedger, offset: number): void {
    if (!this.wasShownCommitted(place, offset)) (this.committedCopies ??= []).push({ place, offset });
  }

  private wasShownCommitted(place: PartitionLedger, offset: number): boolean {
    return this.committedCopies?.some((copy) => copy.place === place && copy.offset === offset) === true;
  }

  /**
   * Whether every read_committed consumer is to be given it from there: it is in no transaction, or one was given this
   * very copy. Of two copies one may belong to a transaction that was committed, the other to one that was aborted.
   */
  isForCommitted(place: PartitionLedger, offset: number): boolean {
    return this.transaction === null || this.wasShownCommitted(place, offset);
  }

  get acknowledged(): SendOk | null {
    return this.completed !== null && this.completed.type === 'ok' ? this.completed : null;
  }

  get failed(): NotOk | null {
    return this.completed !== null && this.completed.type === 'fail' ? this.completed : null;
  }

  /** Its producer was told that it is stored for good: a part of a transaction is so only with the whole. */
  get isDue(): boolean {
    return this.acknowledged !== null && (this.transaction === null || this.transaction.committed !== null);
  }

  /** The partition that it was sent to, null where only the partitioner knows. */
  get sentTo(): number | null {
    return this.invoked?.partition ?? this.completed?.partition ?? null;
  }
}

/** Holes of a poll that are longer than this, all together, are not remembered one by one. */
const MOST_REMEMBERED_HOLES = 4096;
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
  readonly untold: PartitionLedger;
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
    this.untold = untold ?? this;
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
    const { deletions } = this.untold;
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

export class Ledger {
  /** How many events were observed: the position of the current one. */
  position = 0;
  timeUs = 0;
  readonly values = new Map<string, LedgerRecord>();
  /** Read, and sent by nobody so far. */
  readonly unsent = new Set<LedgerRecord>();
  /** The records of the current poll, partition after partition, in the order of the event. */
  readonly polled: LedgerRecord[] = [];
  /** The partitions of the current poll. */
  readonly polledPartitions: PartitionLedger[] = [];
  /** The send that the current event invoked or completed. */
  send: LedgerRecord | null = null;
  /** Whether the current poll belongs to the final read. */
  pollIsFinal = false;
  /** Whether the current poll is one of a read_committed consumer. */
  pollIsCommitted = false;
  /** The transaction that the current poll is part of. */
  pollTransaction: Transaction | null = null;
  readonly transactions = new TransactionLedger();

  private readonly committedByDefault: boolean;
  /** Polls under way that say more of themselves than most. */
  private readonly openPolls = new Map<number, PollInvoked>();
  /** What the current poll showed of each of its partitions, where that is kept. */
  private readonly pollSpans: (ReadSpan | null)[] = [];
  private readonly openDeletions = new Map<number, DeleteRecordsInvoked | DeleteTopicInvoked>();
  private readonly openCreations = new Map<number, { readonly event: AdminInvoked; readonly at: number }>();
  private readonly openSends = new Map<number, LedgerRecord>();
  private readonly finalReaders = new Set<string>();
  private readonly topics = new Map<string, TopicLedger>();

  private readonly retention: boolean;

  /**
   * `isolation` is that of consumers that do not say; `retention`: records may become so old in this history that
   * they are deleted.
   */
  constructor(isolation: IsolationLevel, retention: boolean) {
    this.committedByDefault = isolation === 'read_committed';
    this.retention = retention;
  }

  observe(event: HistoryEvent): void {
    this.position++;
    this.timeUs = event.timeUs;
    this.send = null;
    this.transactions.ending = null;
    if (event.type === 'cluster') return;
    if (event.type === 'invoke') {
      if (event.f === 'send') this.invokeSend(event);
      else if (event.f === 'poll') this.invokePoll(event);
      else if (event.f === 'delete-records' || event.f === 'delete-topic') this.invokeDeletion(event);
      else if (event.f === 'create-topic') this.openCreations.set(event.op, { event, at: this.position });
      else this.transactions.invoked(event, this.position);
    } else if (event.f === 'send') this.completeSend(event);
    else if (event.f === 'poll') this.completePoll(event);
    else if (event.f === 'delete-records' || event.f === 'delete-topic') {
      this.completeDeletion(event.op, event.type === 'fail');
    } else if (event.f === 'create-topic') {
      this.completeCreation(event.op, event.type === 'ok' ? event.topicId : undefined);
    } else this.transactions.completed(event, this.position);
  }

  partition(topic: string, partition: number, topicId?: TopicId): PartitionLedger {
    const named = this.named(topic);
    let partitions = named.partitions.get(topicId);
    if (partitions === undefined) {
      partitions = [];
      named.partitions.set(topicId, partitions);
    }
    let found = partitions[partition];
    if (found === undefined) {
      const untold = topicId === undefined ? undefined : this.partition(topic, partition);
      found = new PartitionLedger({ topic, partition }, named, topicId, untold);
      partitions[partition] = found;
    }
    return found;
  }

  /**
   * Where a record belongs that was sent; null where nobody can tell. Where a topic was deleted only the
   * acknowledgement says which one took the record: a retry may have met the one that was made anew.
   */
  placeOf(record: LedgerRecord): PartitionLedger | null {
    const { acknowledged, invoked, sentTo, readIn } = record;
    if (acknowledged !== null) {
      return this.partition(acknowledged.topic, acknowledged.partition, acknowledged.topicId);
    }
    if (invoked === null) return readIn;
    const { deletions, partitions } = this.named(invoked.topic);
    const ids = [...partitions.keys()].filter((id) => id !== undefined);
    if (deletions.size > 0 || ids.length > 1) return null;
    return sentTo === null ? readIn : this.partition(invoked.topic, sentTo, ids[0]);
  }

  *partitions(): IterableIterator<PartitionLedger> {
    for (const { partitions } of this.topics.values()) {
      for (const ofOneTopic of partitions.values()) {
        for (const partition of ofOneTopic) if (partition !== undefined) yield partition;
      }
    }
  }

  private named(topic: string): TopicLedger {
    let named = this.topics.get(topic);
    if (named === undefined) {
      named = new TopicLedger(this.retention);
      this.topics.set(topic, named);
    }
    return named;
  }

  private invokeDeletion(event: DeleteRecordsInvoked | DeleteTopicInvoked): void {
    this.openDeletions.set(event.op, event);
    if (event.f === 'delete-topic') this.named(event.topic).deletions.add(event);
    else this.partition(event.topic, event.partition).deletions.add(event);
  }

  private completeDeletion(op: number, failed: boolean): void {
    const event = this.openDeletions.get(op);
    this.openDeletions.delete(op);
    if (event === undefined || !failed) return;
    if (event.f === 'delete-topic') this.named(event.topic).deletions.delete(event);
    else this.partition(event.topic, event.partition).deletions.delete(event);
  }

  private completeCreation(op: number, topicId: TopicId | undefined): void {
    const creation = this.openCreations.get(op);
    this.openCreations.delete(op);
    if (creation === undefined || topicId === undefined) return;
    const { createdAt } = this.named(creation.event.topic);
    if (!createdAt.has(topicId)) createdAt.set(topicId, creation.at);
  }

  private invokeSend(event: SendInvoked): void {
    let record = this.values.get(event.value);
    if (record === undefined) {
      record = new LedgerRecord(event.value);
      this.values.set(event.value, record);
    } else if (record.invoked !== null) {
      // Values are unique in a history; a second send of one proves nothing about the first.
      return;
    }
    record.invoked = event;
    record.invokedAt = this.position;
    if (event.transaction !== undefined) {
      record.transaction = this.transactions.find(event.transaction);
      record.transaction?.put({ topic: event.topic, partition: event.partition ?? 0 });
    }
    if (this.unsent.size > 0) this.unsent.delete(record);
    this.openSends.set(event.op, record);
    this.send = record;
  }

  private completeSend(event: SendOk | NotOk): void {
    const record = this.openSends.get(event.op);
    if (record === undefined) return;
    this.openSends.delete(event.op);
    record.completed = event;
    record.completedAt = this.position;
    this.send = record;
    if (event.type === 'fail' && record.transaction !== null) record.transaction.parts--;
    if (event.type !== 'ok' || event.offset === null) return;
    const { acknowledged } = this.partition(event.topic, event.partition, event.topicId);
    if (acknowledged.get(event.offset) === undefined) acknowledged.set(event.offset, record);
  }

  private invokePoll(event: PollInvoked): void {
    if (event.final === true) this.finalReaders.add(event.process);
    if (event.isolation !== undefined || event.transaction !== undefined) this.openPolls.set(event.op, event);
  }

  private completePoll(event: PollOk | NotOk): void {
    const invoked = this.openPolls.size === 0 ? undefined : this.openPolls.get(event.op);
    if (invoked !== undefined) this.openPolls.delete(event.op);
    if (event.type !== 'ok') return;
    const isolation = invoked?.isolation;
    this.pollIsCommitted = isolation === undefined ? this.committedByDefault : isolation === 'read_committed';
    this.pollTransaction =
      invoked?.transaction === undefined
        ? this.transactions.openOf(event.process)
        : this.transactions.find(invoked.transaction);
    this.poll(event);
  }

  private poll(event: PollOk): void {
    this.polled.length = 0;
    this.polledPartitions.length = 0;
    this.pollIsFinal = this.finalReaders.size > 0 && this.finalReaders.has(event.process);
    for (const entry of event.partitions) {
      const partition = this.partition(entry.topic, entry.partition, entry.topicId);
      this.polledPartitions.push(partition);
      this.pollSpans[this.polledPartitions.length - 1] = this.show(event, entry, partition);
      if (this.pollIsCommitted) partition.passedCommitted.add(entry.from, entry.to);
      if (this.pollIsFinal) this.showFinal(event, entry, partition);
    }
  }

  /** What the current poll, which is `event`, showed of its partition at the index: small enough to be kept. */
  spanOf(event: PollOk, index: number): ReadSpan {
    const known = this.pollSpans[index];
    if (known !== null && known !== undefined) return known;
    const entry = event.partitions[index];
    const partition = this.polledPartitions[index];
    if (entry === undefined || partition === undefined)
      throw new RangeError(`the poll has no entry ${index}`);
    const { position, pollIsCommitted } = this;
    const span = new ReadSpan(event, entry, position, pollIsCommitted, partition.read, holesOf(entry));
    this.pollSpans[index] = span;
    return span;
  }

  private show(event: PollOk, entry: PolledPartition, partition: PartitionLedger): ReadSpan | null {
    let news = false;
    let consistent = true;
    for (const { offset, value } of entry.records) {
      const record = this.recordOf(value);
      this.polled.push(record);
      if (record.readIn === null) {
        record.readIn = partition;
        record.readOffset = offset;
      }
      if (this.pollIsCommitted) record.shownCommitted(partition, offset);
      const known = partition.read.get(offset);
      if (known === undefined) {
        partition.read.set(offset, record);
        news = true;
      } else if (known !== record) consistent = false;
    }
    const holes = consistent ? holesOf(entry) : null;
    if (holes === null || !partition.knowsHoles(holes, this.pollIsCommitted)) news = true;
    if (!news) return null;
    const span = new ReadSpan(event, entry, this.position, this.pollIsCommitted, partition.read, holes);
    partition.spans.push(span);
    return span;
  }

  private showFinal(event: PollOk, entry: PolledPartition, partition: PartitionLedger): void {
    const committed = this.pollIsCommitted;
    const final = committed
      ? (partition.finalCommitted ??= new FinalRead(committed))
      : (partition.final ??= new FinalRead(committed));
    const start = this.polled.length - entry.records.length;
    for (let index = start; index < this.polled.length; index++) {
      const record = this.polled[index];
      if (record === undefined) continue;
      record.inFinalRead = true;
      if (committed) record.inCommittedFinalRead = true;
    }
    final.observe(event, entry, this.position, this.polled, start);
  }

  private recordOf(value: string): LedgerRecord {
    let record = this.values.get(value);
    if (record === undefined) {
      record = new LedgerRecord(value);
      this.values.set(value, record);
      this.unsent.add(record);
    }
    return record;
  }
}
