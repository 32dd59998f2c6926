/**
 * The logs, as far as clients know them: which client sent each value and with which outcome, and which value was read
 * at which offset. The ledger is built in one pass and shared by the guarantees, which only read it.
 *
 * Memory: for each value its invocation, its completion and about 150 bytes; for each offset up to 24 bytes; for each
 * poll that returned something new about 100 bytes; for each transaction about 150 bytes. Polls that only confirm
 * earlier reads are not kept, and neither are the records of a poll: they are in the ledger already.
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
} from '../history/history.ts';
import { FinalRead } from './final-read.ts';
import { holesOf, ReadSpan } from './read-span.ts';
import type { Transaction } from './transaction.ts';
import { TransactionLedger } from './transaction-ledger.ts';
import { LedgerRecord } from './ledger-record.ts';
import { PartitionLedger, TopicLedger } from './partition-ledger.ts';

export class Ledger {
  /** The number of events observed, which is the position of the current event. */
  position = 0;
  timeUs = 0;
  readonly values = new Map<string, LedgerRecord>();
  /** Records that were read, and that no client has sent so far. */
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
  /** Pending polls whose invocation names an isolation level or a transaction. */
  private readonly openPolls = new Map<number, PollInvoked>();
  /** The reads of the current poll by partition, where they are kept; null where the poll returned nothing new. */
  private readonly pollSpans: (ReadSpan | null)[] = [];
  private readonly openDeletions = new Map<number, DeleteRecordsInvoked | DeleteTopicInvoked>();
  private readonly openCreations = new Map<number, { readonly event: AdminInvoked; readonly at: number }>();
  private readonly openSends = new Map<number, LedgerRecord>();
  private readonly finalReaders = new Set<string>();
  private readonly topics = new Map<string, TopicLedger>();

  private readonly retention: boolean;

  /**
   * `isolation` is the level of polls that name none. `retention`: records may become so old in this history that they
   * are deleted.
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
      const withoutTopicId = topicId === undefined ? undefined : this.partition(topic, partition);
      found = new PartitionLedger({ topic, partition }, named, topicId, withoutTopicId);
      partitions[partition] = found;
    }
    return found;
  }

  /**
   * The partition to which a record belongs that was sent; null where it cannot be known. Where a topic was deleted,
   * only the acknowledgement says which topic has the record: a retry may have reached the one that was created again.
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
      record.transaction?.addPart({ topic: event.topic, partition: event.partition ?? 0 });
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

  /** The read of the partition at the index by the current poll, which is `event`, in a form that is small enough to keep. */
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
    let isNew = false;
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
        isNew = true;
      } else if (known !== record) consistent = false;
    }
    const holes = consistent ? holesOf(entry) : null;
    if (holes === null || !partition.knowsHoles(holes, this.pollIsCommitted)) isNew = true;
    if (!isNew) return null;
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
