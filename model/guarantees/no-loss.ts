/**
 * no-loss: an acknowledged record stays in the log (Kafka's promise for `acks=all` as long as at least one in-sync
 * replica stays alive; KIP-966 for disks that lose data).
 *
 * A retry may have stored a value twice, so an acknowledged record is lost only if the final log has no copy of it,
 * whatever its acknowledged offset holds then. With acks=all that offset was committed, however: if it holds another
 * value at the end, the log was rewritten, and a copy elsewhere was chance. Where a partition has no final read, a loss
 * is proved by a reader that passed over the offset, and a value that no consumer read anywhere.
 *
 * A record of a transaction counts as acknowledged when its producer knows that the transaction is committed; then
 * read_committed readers must find it, too.
 */
import { positionedPoll, Findings } from '../ledger/findings.ts';
import { isPromised, type Applicability } from '../contract/applicability.ts';
import type { FinalReader } from '../ledger/final-read.ts';
import type { Guarantee, Violation } from '../guarantee.ts';
import type { HistoryEvent, PollOk } from '../history/history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';
import { NOT_JUDGED, type ContractInForce } from '../contract/in-force.ts';
import type { ReadSpan } from '../ledger/read-span.ts';
import { completionOf, firstReadOf, invocationOf } from './evidence.ts';

export class NoLoss implements Guarantee {
  readonly id = 'no-loss';
  readonly findings: Findings<'no-loss'>;
  private readonly ledger: Ledger;
  private readonly contract: ContractInForce;
  /** Without retries a record has one copy, and a reader that finds another record in its place proves its loss. */
  private readonly oneCopy: boolean;
  private readonly acksAll: boolean;

  /** `ledger` and `contract` must have observed an event before this guarantee does. */
  constructor(ledger: Ledger, contract: ContractInForce) {
    this.ledger = ledger;
    this.contract = contract;
    this.findings = new Findings(this.id, ledger);
    this.oneCopy = contract.configuration.retries === 0;
    this.acksAll = contract.configuration.acks === 'all';
  }

  observe(event: HistoryEvent): readonly Violation[] {
    if (this.oneCopy && event.type === 'ok' && event.f === 'poll') this.polled(event);
    return this.findings.take();
  }

  conclude(): readonly Violation[] {
    for (const record of this.ledger.values.values()) {
      const acknowledged = record.acknowledged;
      if (acknowledged === null || !record.isDue) continue;
      const { topic, partition, topicId, offset } = acknowledged;
      const place = this.ledger.partition(topic, partition, topicId);
      if (isMissing(record, place)) this.missing(record, place, offset);
      else if (this.acksAll && offset !== null) this.found(record, place, offset);
    }
    return this.findings.take();
  }

  private polled(event: PollOk): void {
    let next = 0;
    event.partitions.forEach((entry, index) => {
      const place = this.ledger.polledPartitions[index];
      for (const { offset } of entry.records) {
        const read = this.ledger.polled[next++];
        const owner = place?.acknowledged.get(offset);
        if (place === undefined || owner === undefined || owner === read || !owner.isDue) continue;
        this.lostWrite(owner, place, offset, read?.value, event.process, () => this.findings.current(event));
      }
    });
  }

  /** The record is in the final log; checks that it is where it was acknowledged. */
  private found(record: LedgerRecord, place: PartitionLedger, offset: number): void {
    const instead = place.final?.log.get(offset) ?? place.finalCommitted?.log.get(offset);
    if (instead === undefined || instead === record) return;
    const standing = this.contract.at(place, this.id);
    // An expectation demands the record, not its place.
    if (!isPromised(standing)) return;
    this.findings.note({ anomaly: 'inconsistent-offsets', place, offset }, standing, () => ({
      sentence: `"${record.value}" was acknowledged at offset ${offset} of ${place.name}, but the final log holds "${instead.value}" there and "${record.value}" elsewhere.`,
      evidence: [
        invocationOf(record),
        completionOf(record),
        positionedPoll(passedOver(record, place, offset)),
        firstReadOf(record),
      ],
    }));
  }

  /** No final reader found the acknowledged record. */
  private missing(record: LedgerRecord, place: PartitionLedger, offset: number | null): void {
    // The log has it, and read_committed readers did not find it: a loss only if the transaction must be whole.
    if (record.inFinalRead && !this.isWholePromised(record, place)) return;
    const reader = record.inFinalRead ? place.completeCommittedReader : place.completeReader;
    if (reader === null) {
      if (isRead(record) || offset === null) return;
      const passed = passedOver(record, place, offset);
      if (passed === null || (isHiddenFrom(record, passed) && !this.isWholePromised(record, place))) return;
      this.passed(record, place, offset, passed);
      return;
    }
    if (place.mayBeDeleted(offset ?? 0, reader)) return;
    const passed = offset === null ? null : passedOver(record, place, offset);
    if (passed === null || offset === null) this.unseen(record, place, offset, reader);
    else this.passed(record, place, offset, passed);
  }

  private isWholePromised(record: LedgerRecord, place: PartitionLedger): boolean {
    return this.ofWhole(record, place).judged;
  }

  /** Whether read_committed readers must find it, if it is in the log. */
  private ofWhole(record: LedgerRecord, place: PartitionLedger): Applicability {
    return place.severalTopics ? NOT_JUDGED : this.contract.ofMarkers(place, record.transaction);
  }

  private passed(record: LedgerRecord, place: PartitionLedger, offset: number, span: ReadSpan): void {
    this.lostWrite(record, place, offset, span.valueAt(offset), span.process, () => positionedPoll(span));
  }

  private lostWrite(
    record: LedgerRecord,
    place: PartitionLedger,
    offset: number,
    instead: string | undefined,
    reader: string,
    poll: () => ReturnType<typeof positionedPoll>,
  ): void {
    this.findings.note({ anomaly: 'lost-write', place, offset }, this.judged(record, place), () => ({
      sentence: `"${record.value}" was acknowledged at offset ${offset} of ${place.name}${committed(record)}, but ${reader} found ${instead === undefined ? 'nothing' : `"${instead}"`} there${isRead(record) ? ' and the final log does not hold it' : ` and no ${record.transaction === null ? '' : 'read_committed '}consumer ever read it`}.`,
      evidence: [invocationOf(record), completionOf(record), record.transaction?.committed ?? null, poll()],
    }));
  }

  /** A record that is in the log and that read_committed readers do not find is promised as whole transactions are. */
  private judged(record: LedgerRecord, place: PartitionLedger): Applicability {
    const own = this.contract.at(place, this.id);
    if (!isPromised(own) || !record.inFinalRead) return own;
    return this.ofWhole(record, place);
  }

  private unseen(
    record: LedgerRecord,
    place: PartitionLedger,
    offset: number | null,
    reader: FinalReader,
  ): void {
    this.findings.note(
      { anomaly: 'unseen', place, ...(offset === null ? {} : { offset }) },
      this.judged(record, place),
      () => ({
        sentence: `"${record.value}" was acknowledged ${offset === null ? `in ${place.name}` : `at offset ${offset} of ${place.name}`}${committed(record)}, but ${reader.process} read that partition to its end at offset ${reader.to} and did not find it.`,
        evidence: [
          invocationOf(record),
          completionOf(record),
          record.transaction?.committed ?? null,
          positionedPoll(reader.last),
        ],
      }),
    );
  }
}

/** Whether no final reader found the record that should have; also true where there was no final reader. */
function isMissing(record: LedgerRecord, place: PartitionLedger): boolean {
  if (!record.inFinalRead) return true;
  return (
    record.transaction !== null && !record.inCommittedFinalRead && place.completeCommittedReader !== null
  );
}

/** Whether a consumer read the record; if it is part of a transaction, a read_committed consumer. */
function isRead(record: LedgerRecord): boolean {
  return record.transaction === null ? record.readIn !== null : record.readCommitted;
}

function committed({ transaction }: LedgerRecord): string {
  return transaction === null ? '' : ` and committed with ${transaction.name}`;
}

/** Whether the log may hold the record although the poll did not return it, because the poll was read_committed. */
function isHiddenFrom({ transaction }: LedgerRecord, span: ReadSpan): boolean {
  return transaction !== null && span.committed;
}

/** The first poll that passed the offset without the record, preferably one from which the record cannot be hidden. */
function passedOver(record: LedgerRecord, place: PartitionLedger, offset: number): ReadSpan | null {
  const covers = (span: ReadSpan): boolean =>
    span.from <= offset && offset < span.to && span.valueAt(offset) !== record.value;
  const passing = place.spans.filter(covers);
  return passing.find((span) => !isHiddenFrom(record, span)) ?? passing[0] ?? null;
}
