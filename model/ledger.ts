/**
 * What clients know of the logs: which value was sent by whom and how that ended, and which value was
 * seen at which offset. Built in one pass and shared by the guarantees, which only read it.
 *
 * Memory: for each value its invocation, its completion and about 150 bytes; for each offset up to 24
 * bytes; for each poll that showed something new about 100 bytes. Polls that only confirm what others
 * read leave nothing behind, and a poll's records are not kept: they are in the ledger already.
 */
import type {
  AdminInvoked,
  DeleteRecordsInvoked,
  DeleteTopicInvoked,
  HistoryEvent,
  NotOk,
  PolledPartition,
  PollOk,
  SendInvoked,
  SendOk,
  TopicId,
  TopicPartition,
} from './history.ts';
import { FinalRead } from './final-read.ts';
import { OffsetMap } from './offset-map.ts';
import { ReadSpan, spanCovering } from './read-span.ts';

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
  inFinalRead = false;
  /** Its place among its producer's sends was looked at. */
  orderJudged = false;

  constructor(value: string) {
    this.value = value;
  }

  get acknowledged(): SendOk | null {
    return this.completed !== null && this.completed.type === 'ok' ? this.completed : null;
  }

  get failed(): NotOk | null {
    return this.completed !== null && this.completed.type === 'fail' ? this.completed : null;
  }
}

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
  /** Null until a final reader got something from this partition. */
  final: FinalRead | null = null;
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

  /**
   * Whether a record at the offset may be missing because it was deleted. Where nobody has asked for a
   * deletion, or records soon become old, whatever lies below the start of the final read may have been deleted by
   * retention.
   */
  mayBeDeleted(offset: number): boolean {
    if (offset >= (this.final?.start ?? 0)) return false;
    const before = this.deletedBefore;
    return before === null || this.named.retention || offset < before;
  }

  /** The earliest poll that covers the offset, as evidence. */
  pollCovering(offset: number): ReadSpan | null {
    return spanCovering(this.spans, offset);
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

  private readonly openDeletions = new Map<number, DeleteRecordsInvoked | DeleteTopicInvoked>();
  private readonly openCreations = new Map<number, { readonly event: AdminInvoked; readonly at: number }>();
  private readonly openSends = new Map<number, LedgerRecord>();
  private readonly finalReaders = new Set<string>();
  private readonly topics = new Map<string, TopicLedger>();

  private readonly retention: boolean;

  /** `retention`: records may become so old in this history that they are deleted. */
  constructor(retention: boolean) {
    this.retention = retention;
  }

  observe(event: HistoryEvent): void {
    this.position++;
    this.timeUs = event.timeUs;
    this.send = null;
    if (event.type === 'cluster') return;
    if (event.type === 'invoke') {
      if (event.f === 'send') this.invokeSend(event);
      else if (event.f === 'poll' && event.final === true) this.finalReaders.add(event.process);
      else if (event.f === 'delete-records' || event.f === 'delete-topic') this.invokeDeletion(event);
      else if (event.f === 'create-topic') this.openCreations.set(event.op, { event, at: this.position });
    } else if (event.f === 'send') this.completeSend(event);
    else if (event.f === 'poll' && event.type === 'ok') this.poll(event);
    else if (event.f === 'delete-records' || event.f === 'delete-topic') {
      this.completeDeletion(event.op, event.type === 'fail');
    } else if (event.f === 'create-topic') {
      this.completeCreation(event.op, event.type === 'ok' ? event.topicId : undefined);
    }
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
    if (event.type !== 'ok' || event.offset === null) return;
    const { acknowledged } = this.partition(event.topic, event.partition, event.topicId);
    if (acknowledged.get(event.offset) === undefined) acknowledged.set(event.offset, record);
  }

  private poll(event: PollOk): void {
    this.polled.length = 0;
    this.polledPartitions.length = 0;
    this.pollIsFinal = this.finalReaders.size > 0 && this.finalReaders.has(event.process);
    for (const entry of event.partitions) {
      const partition = this.partition(entry.topic, entry.partition, entry.topicId);
      this.polledPartitions.push(partition);
      this.show(event, entry, partition);
      if (this.pollIsFinal) this.showFinal(event, entry, partition);
    }
  }

  private show(event: PollOk, entry: PolledPartition, partition: PartitionLedger): void {
    let news = false;
    let consistent = isDense(entry);
    for (const { offset, value } of entry.records) {
      const record = this.recordOf(value);
      this.polled.push(record);
      if (record.readIn === null) {
        record.readIn = partition;
        record.readOffset = offset;
      }
      const known = partition.read.get(offset);
      if (known === undefined) {
        partition.read.set(offset, record);
        news = true;
      } else if (known !== record) consistent = false;
    }
    if (news || !consistent) {
      partition.spans.push(new ReadSpan(event, entry, this.position, partition.read, consistent));
    }
  }

  private showFinal(event: PollOk, entry: PolledPartition, partition: PartitionLedger): void {
    partition.final ??= new FinalRead();
    const start = this.polled.length - entry.records.length;
    for (let index = start; index < this.polled.length; index++) {
      const record = this.polled[index];
      if (record !== undefined) record.inFinalRead = true;
    }
    partition.final.observe(event, entry, this.position, this.polled, start);
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

/** Whether the poll has a record at every offset of [from, to), in order. */
export function isDense(entry: PolledPartition): boolean {
  const { records, from, to } = entry;
  if (records.length !== to - from) return false;
  for (let index = 0; index < records.length; index++) {
    if (records[index]?.offset !== from + index) return false;
  }
  return true;
}
