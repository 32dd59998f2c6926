/**
 * committed-reads: a consumer reads only records that were sent, in the partition to which they were sent, and that the
 * log keeps (KIP-101, KIP-279, KIP-320: every replica that may lead has all records below the high watermark).
 */
import { positionedPoll, Findings } from '../ledger/findings.ts';
import type { FinalRead, FinalReader } from '../ledger/final-read.ts';
import type { Guarantee, Violation } from '../guarantee.ts';
import type { PositionedEvent } from '../ledger/positioned-event.ts';
import type { HistoryEvent, PollOk } from '../history/history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';
import { ALWAYS, NOT_JUDGED, type ContractInForce } from '../contract/in-force.ts';
import { completionOf, firstReadOf, firstReadSpanOf, invocationOf } from './evidence.ts';

/** A record that was read in another topic than the one of the same name in which it was acknowledged. */
interface StrayRecord {
  readonly record: LedgerRecord;
  readonly place: PartitionLedger;
  readonly offset: number;
  readonly reader: string;
  readonly read: PositionedEvent;
}

export class CommittedReads implements Guarantee {
  readonly id = 'committed-reads';
  readonly findings: Findings<'committed-reads'>;
  private readonly ledger: Ledger;
  private readonly contract: ContractInForce;
  /** Kept until the end: whether they are a violation depends on when the topic was created, which may follow later. */
  private readonly strays: StrayRecord[] = [];

  /** `ledger` and `contract` must have observed an event before this guarantee does. */
  constructor(ledger: Ledger, contract: ContractInForce) {
    this.ledger = ledger;
    this.contract = contract;
    this.findings = new Findings(this.id, ledger);
  }

  observe(event: HistoryEvent): readonly Violation[] {
    if (event.type === 'ok' && event.f === 'poll') this.polled(event);
    else if (this.ledger.send !== null) this.sendMoved(this.ledger.send, event);
    return this.findings.take();
  }

  conclude(): readonly Violation[] {
    for (const record of this.ledger.unsent) this.phantom(record);
    for (const stray of this.strays) this.outlivedItsTopic(stray);
    for (const partition of this.ledger.partitions()) {
      this.compareEnds(partition, partition.final);
      this.compareEnds(partition, partition.finalCommitted);
      this.compareReads(partition);
    }
    return this.findings.take();
  }

  private polled(event: PollOk): void {
    let next = 0;
    event.partitions.forEach((entry, index) => {
      const partition = this.ledger.polledPartitions[index];
      if (partition === undefined) return;
      for (const { offset } of entry.records) {
        const record = this.ledger.polled[next++];
        if (record !== undefined) this.readAt(record, partition, offset, event);
      }
      if (this.ledger.pollIsFinal) this.diverged(partition, event);
    });
  }

  private readAt(record: LedgerRecord, partition: PartitionLedger, offset: number, event: PollOk): void {
    if (partition.read.get(offset) !== record) this.inconsistent(record, partition, offset, event);
    if (record.invoked !== null) {
      if (!mayLieIn(record, partition)) this.wrongPartition(record, partition, offset, event);
      if (record.failed !== null) this.abortedRead(record, partition, offset);
      this.rememberStray(record, partition, offset, event);
    }
    // A retry goes to the same partition, but may reach a topic that was created again.
    if (record.readIn?.withoutTopicId !== partition.withoutTopicId)
      this.readTwice(record, partition, offset, event);
  }

  /** Checks earlier reads of the record against the invocation or the completion of its send. */
  private sendMoved(record: LedgerRecord, event: HistoryEvent): void {
    const partition = record.readIn;
    if (partition === null) return;
    if (event.type === 'invoke') this.readFromFuture(record, partition);
    if (!mayLieIn(record, partition)) this.wrongPartition(record, partition, record.readOffset, null);
    if (record.failed !== null) this.abortedRead(record, partition, record.readOffset);
  }

  private inconsistent(record: LedgerRecord, place: PartitionLedger, offset: number, event: PollOk): void {
    this.findings.note(
      { anomaly: 'inconsistent-offsets', place, offset },
      this.contract.at(place, this.id),
      () => {
        const first = place.pollShowing(offset);
        return {
          sentence: `Offset ${offset} of ${place.name} held "${place.read.get(offset)?.value}" when ${first?.process} read it, and "${record.value}" when ${event.process} did.`,
          evidence: [positionedPoll(first), this.findings.current(event)],
        };
      },
    );
  }

  private wrongPartition(
    record: LedgerRecord,
    place: PartitionLedger,
    offset: number,
    event: PollOk | null,
  ): void {
    this.findings.note({ anomaly: 'wrong-partition', place, offset }, ALWAYS, () => ({
      sentence: `"${record.value}" was sent to ${destination(record)} and read at offset ${offset} of ${place.name}.`,
      evidence: [
        invocationOf(record),
        completionOf(record),
        event === null ? firstReadOf(record) : this.findings.current(event),
      ],
    }));
  }

  /** A send has one partition, even where the producer chose it; a retry does not choose again. */
  private readTwice(record: LedgerRecord, place: PartitionLedger, offset: number, event: PollOk): void {
    this.findings.note({ anomaly: 'wrong-partition', place, offset }, ALWAYS, () => ({
      sentence: `"${record.value}" was sent once and read in two partitions, at offset ${record.readOffset} of ${record.readIn?.name} and at offset ${offset} of ${place.name}.`,
      evidence: [invocationOf(record), firstReadOf(record), this.findings.current(event)],
    }));
  }

  private rememberStray(record: LedgerRecord, place: PartitionLedger, offset: number, event: PollOk): void {
    const acknowledged = record.acknowledged?.topicId;
    if (acknowledged === undefined || place.topicId === undefined || acknowledged === place.topicId) return;
    this.strays.push({
      record,
      place,
      offset,
      reader: event.process,
      read: this.findings.current(event),
    });
  }

  /** A record that was acknowledged before a topic was requested cannot belong to it: it is not sent again (KIP-516). */
  private outlivedItsTopic({ record, place, offset, reader, read }: StrayRecord): void {
    const { createdAt } = place;
    if (createdAt === null || record.completedAt > createdAt) return;
    this.findings.note({ anomaly: 'wrong-topic-id', place, offset }, ALWAYS, () => ({
      sentence: `"${record.value}" was acknowledged in topic ${place.topic} with id ${record.acknowledged?.topicId} before the topic with id ${place.topicId} was created, but ${reader} read it in the latter, at offset ${offset} of ${place.name}.`,
      evidence: [invocationOf(record), completionOf(record), read],
    }));
  }

  private abortedRead(record: LedgerRecord, place: PartitionLedger, offset: number): void {
    this.findings.note({ anomaly: 'G1a', place, offset }, ALWAYS, () => {
      const reader = firstReadSpanOf(record);
      return {
        sentence: `${reader?.process} read "${record.value}" at offset ${offset} of ${place.name}, although its send failed with ${record.failed?.error}.`,
        evidence: [invocationOf(record), completionOf(record), positionedPoll(reader)],
      };
    });
  }

  private readFromFuture(record: LedgerRecord, place: PartitionLedger): void {
    this.findings.note({ anomaly: 'read-from-future', place, offset: record.readOffset }, ALWAYS, () => {
      const reader = firstReadSpanOf(record);
      return {
        sentence: `${reader?.process} read "${record.value}" at offset ${record.readOffset} of ${place.name} before ${record.invoked?.process} sent it.`,
        evidence: [positionedPoll(reader), invocationOf(record)],
      };
    });
  }

  private phantom(record: LedgerRecord): void {
    const place = record.readIn;
    if (place === null) return;
    this.findings.note({ anomaly: 'phantom', place, offset: record.readOffset }, ALWAYS, () => {
      const reader = firstReadSpanOf(record);
      return {
        sentence: `${reader?.process} read "${record.value}" at offset ${record.readOffset} of ${place.name}, but no producer ever sent it.`,
        evidence: [positionedPoll(reader)],
      };
    });
  }

  /** Two final readers found different logs: whatever was lost, the replicas must agree on the rest. */
  private diverged(place: PartitionLedger, event: PollOk): void {
    const divergence = (this.ledger.pollIsCommitted ? place.finalCommitted : place.final)?.divergence;
    if (divergence === undefined || divergence === null) return;
    const { offset, earlier } = divergence;
    const standing = place.severalTopics ? NOT_JUDGED : ALWAYS;
    this.findings.note({ anomaly: 'diverged-replicas', place, offset }, standing, () => ({
      sentence: `After all faults were over, ${earlier.process} found ${found(earlier.valueAt(offset))} at offset ${offset} of ${place.name}, and ${event.process} found ${found(valueIn(event, place, offset))}.`,
      evidence: [positionedPoll(earlier), this.findings.current(event)],
    }));
  }

  /**
   * All final readers must find the same end. A later reader may find the marker of a transaction that was still open,
   * but no further record.
   */
  private compareEnds(place: PartitionLedger, final: FinalRead | null): void {
    const complete = [...(final?.readers.values() ?? [])].filter((reader) => reader.reachedEnd);
    const [first] = complete;
    if (final === null || first === undefined) return;
    const isLonger = (reader: FinalReader, than: FinalReader): boolean =>
      final.log.firstIn(than.to, reader.to) !== -1;
    const other = complete.find((reader) => isLonger(reader, first) || isLonger(first, reader));
    if (other === undefined) return;
    const offset = Math.min(first.to, other.to);
    const standing = place.severalTopics ? NOT_JUDGED : ALWAYS;
    this.findings.note({ anomaly: 'diverged-replicas', place, offset }, standing, () => ({
      sentence: `After all faults were over, ${place.name} ended at offset ${first.to} for ${first.process} and at offset ${other.to} for ${other.process}.`,
      evidence: [positionedPoll(first.last), positionedPoll(other.last)],
    }));
  }

  /** Every record that was read must be in the final log. Another value at its offset was reported when it was read. */
  private compareReads(place: PartitionLedger): void {
    const standing = this.contract.at(place, this.id);
    if (!standing.judged) return;
    const all = place.final?.complete() ?? null;
    const committed = place.completeCommittedReader;
    if (all === null && committed === null) return;
    place.read.forEach((record, offset) => {
      // A record that a read_committed consumer has read must not be hidden from the final read_committed readers.
      const mustBeShown = record.isForCommitted(place, offset);
      const gone = all !== null && place.final?.log.get(offset) === undefined;
      const hidden = committed !== null && mustBeShown && place.finalCommitted?.log.get(offset) === undefined;
      const reader = gone ? all : hidden ? committed : null;
      if (reader === null || place.mayBeDeleted(offset, reader)) return;
      this.findings.note({ anomaly: 'dirty-read', place, offset }, standing, () => {
        const span = place.pollShowing(offset);
        return {
          sentence: `${span?.process} read "${record.value}" at offset ${offset} of ${place.name}; the final log ${offset < reader.from ? `begins at offset ${reader.from}` : `has no record there and ends at offset ${reader.to}`}.`,
          evidence: [positionedPoll(span), positionedPoll(reader.last)],
        };
      });
    });
  }
}

/** Whether the record may lie in the partition, as far as its send is known. */
function mayLieIn(record: LedgerRecord, place: PartitionLedger): boolean {
  const { invoked } = record;
  if (invoked === null) return true;
  if (invoked.topic !== place.topic) return false;
  return record.sentTo === null || record.sentTo === place.partition;
}

function destination(record: LedgerRecord): string {
  const partition = record.sentTo;
  return partition === null ? `${record.invoked?.topic}` : `${record.invoked?.topic}-${partition}`;
}

function found(value: string | undefined): string {
  return value === undefined ? 'nothing' : `"${value}"`;
}

function valueIn(event: PollOk, place: PartitionLedger, offset: number): string | undefined {
  for (const entry of event.partitions) {
    if (entry.topic !== place.topic || entry.partition !== place.partition) continue;
    if (entry.topicId !== place.topicId) continue;
    const record = entry.records.find((candidate) => candidate.offset === offset);
    if (record !== undefined) return record.value;
  }
  return undefined;
}
