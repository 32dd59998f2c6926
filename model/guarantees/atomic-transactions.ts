/**
 * atomic-transactions: read_committed consumers and the committed offsets of groups see all of a transaction or none of
 * it, and nothing before its producer requested the commit (KIP-98). A producer that takes over a transactional id
 * ends the open transaction of its predecessor (KIP-98, KIP-360). Transactions interleave in a log: records of others
 * between those of a transaction are no anomaly, and neither is a cycle that depends on the order of writes.
 *
 * A producer commits only when all its sends have succeeded. So a client that reads a part of a transaction proves that
 * all its sends that have not certainly failed must be visible. A read_committed consumer does not pass an open
 * transaction, so records that it passed without reading them were aborted, even if their producer learns of that later.
 */
import { positionedPoll, Findings } from '../ledger/findings.ts';
import { type PositionedEvent } from '../ledger/positioned-event.ts';
import type { Applicability } from '../contract/applicability.ts';
import type { Guarantee, Violation } from '../guarantee.ts';
import { GroupOffsets, type Named, type Unexplained } from '../ledger/group-offsets.ts';
import type { HistoryEvent, PollOk, TopicPartition } from '../history/history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';
import { NOT_JUDGED, type ContractInForce } from '../contract/in-force.ts';
import type { ReadSpan } from '../ledger/read-span.ts';
import type { OffsetShown, Shown, Transaction } from '../ledger/transaction.ts';
import { circularReads } from './circular-reads.ts';
import { completionOf, invocationOf } from './evidence.ts';

export class AtomicTransactions implements Guarantee {
  readonly id = 'atomic-transactions';
  readonly findings: Findings<'atomic-transactions'>;
  private readonly ledger: Ledger;
  private readonly contract: ContractInForce;
  private readonly offsets: GroupOffsets;
  /** Transactions that read records of other transactions. */
  private readonly readers: Transaction[] = [];

  /** `ledger` and `contract` must have observed an event before this guarantee does. */
  constructor(ledger: Ledger, contract: ContractInForce, recordsCoordinatorChanges = false) {
    this.ledger = ledger;
    this.contract = contract;
    this.findings = new Findings(this.id, ledger);
    const requestTimeoutMs = contract.configuration['request.timeout.ms'];
    this.offsets = new GroupOffsets(ledger, requestTimeoutMs, recordsCoordinatorChanges);
  }

  observe(event: HistoryEvent): readonly Violation[] {
    this.offsets.observe(event);
    if (event.type === 'ok' && event.f === 'poll') {
      if (this.ledger.pollIsCommitted) this.polled(event);
    } else if (event.type === 'ok' && event.f === 'fetch-offsets') {
      for (const unexplained of this.offsets.unexplained) this.unexplained(unexplained, event);
      for (const named of [...this.offsets.named]) this.named(named, event);
    } else if (this.ledger.transactions.ending !== null) this.ended(this.ledger.transactions.ending, event);
    return this.findings.take();
  }

  conclude(): readonly Violation[] {
    for (const record of this.ledger.values.values()) {
      if (record.transaction !== null) this.mustBeWhole(record, record.transaction);
    }
    for (const cycle of circularReads(this.readers)) this.circular(cycle);
    return this.findings.take();
  }

  private polled(event: PollOk): void {
    let next = 0;
    event.partitions.forEach((entry, index) => {
      const place = this.ledger.polledPartitions[index];
      for (const { offset } of entry.records) {
        const record = this.ledger.polled[next++];
        const transaction = record?.transaction ?? null;
        if (place === undefined || record === undefined || transaction === null) continue;
        this.shown(record, transaction, place, offset, event, index);
      }
    });
  }

  /** A read_committed consumer read a record of the transaction. */
  private shown(
    record: LedgerRecord,
    transaction: Transaction,
    place: PartitionLedger,
    offset: number,
    event: PollOk,
    index: number,
  ): void {
    const within = this.ledger.pollTransaction;
    if (transaction.shown === null) {
      transaction.shown = { record, offset, span: this.ledger.spanOf(event, index) };
      this.offsets.proven(transaction, this.findings.current(event));
    }
    if (within === transaction) this.precommitted(record, transaction, place, offset, event);
    else if (transaction.aborted !== null)
      this.abortedRead({ record, offset, span: this.ledger.spanOf(event, index) });
    else if (isZombie(transaction)) {
      const judged = this.contract.ofMarkers(place, transaction);
      this.zombie(transaction, place, this.findings.current(event), judged, { record, offset });
    } else if (transaction.commitInvoked === null)
      this.uncommitted(record, transaction, place, offset, event);
    if (within === null || within === transaction || within.readFrom?.has(transaction) === true) return;
    if (within.readFrom === null) {
      within.readFrom = new Map();
      this.readers.push(within);
    }
    within.readFrom.set(transaction, { record, offset, span: this.ledger.spanOf(event, index) });
  }

  /** The producer invoked a commit or an abort of the transaction, or one completed. */
  private ended(transaction: Transaction, event: HistoryEvent): void {
    if (event.type === 'invoke') return;
    if (transaction.aborted !== null) {
      if (transaction.shown !== null) this.abortedRead(transaction.shown);
      if (transaction.offsetShown !== null) this.abortedOffset(transaction, transaction.offsetShown);
      return;
    }
    const { firstPart } = transaction;
    if (transaction.committed === null || !transaction.zombie || firstPart === null) return;
    // An empty transaction: Kafka's client ends it without a request to the coordinator.
    if (transaction.parts === 0) return;
    const judged = this.contract.inTopic(firstPart.topic, this.id);
    this.zombie(transaction, firstPart, this.findings.current(event), judged, null);
  }

  private precommitted(
    record: LedgerRecord,
    transaction: Transaction,
    place: PartitionLedger,
    offset: number,
    event: PollOk,
  ): void {
    this.findings.note(
      { anomaly: 'precommitted-read', place, offset },
      this.contract.inTopic(place.topic, this.id),
      () => ({
        sentence: `Within ${transaction.name}, ${event.process} read "${record.value}" at offset ${offset} of ${place.name} by read_committed, which the same transaction had sent and not committed.`,
        evidence: [transaction.begun, invocationOf(record), this.findings.current(event)],
      }),
    );
  }

  private uncommitted(
    record: LedgerRecord,
    transaction: Transaction,
    place: PartitionLedger,
    offset: number,
    event: PollOk,
  ): void {
    this.findings.note(
      { anomaly: 'uncommitted-read', place, offset },
      this.contract.ofMarkers(place, transaction),
      () => ({
        sentence: `${event.process} read "${record.value}" at offset ${offset} of ${place.name} by read_committed, while ${transaction.name}, to which it belongs, was open.`,
        evidence: [transaction.begun, invocationOf(record), this.findings.current(event)],
      }),
    );
  }

  private abortedRead({ record, offset, span }: Shown): void {
    const { transaction } = record;
    const place = this.ledger.partition(span.topic, span.partition, span.topicId);
    this.findings.note(
      { anomaly: 'G1a', place, offset },
      this.contract.ofMarkers(place, transaction),
      () => ({
        sentence: `${span.process} read "${record.value}" at offset ${offset} of ${place.name} by read_committed, although ${transaction?.name ?? 'its transaction'}, to which it belongs, was aborted.`,
        evidence: [
          transaction?.begun ?? null,
          invocationOf(record),
          transaction?.aborted ?? null,
          positionedPoll(span),
        ],
      }),
    );
  }

  /** `shown` is the record that was read; null if the commit of its producer, or an answer to a group, is the proof. */
  private zombie(
    transaction: Transaction,
    place: TopicPartition,
    proof: PositionedEvent,
    judged: Applicability,
    shown: Pick<Shown, 'record' | 'offset'> | null,
  ): void {
    this.findings.note(
      { anomaly: 'zombie-commit', place, ...(shown === null ? {} : { offset: shown.offset }) },
      judged,
      () => {
        const heir = transaction.session?.fencedBy?.event;
        const by = heir === undefined || heir.type === 'cluster' ? 'another producer' : heir.process;
        const id = transaction.session?.invoked.transactionalId;
        const read = shown === null ? '' : `, and its record "${shown.record.value}" was read`;
        const when =
          transaction.commitInvoked === null
            ? 'and its commit was never requested'
            : 'before its commit was requested';
        return {
          sentence: `${sentenceCase(transaction.name)} was committed${read}, although ${by} had taken over the transactional id "${id}" ${when}.`,
          evidence: [
            transaction.begun,
            shown === null ? null : invocationOf(shown.record),
            transaction.session?.fencedBy ?? null,
            transaction.commitInvoked,
            proof,
          ],
        };
      },
    );
  }

  /** Checks that no read_committed consumer missed the record, if another part of its transaction was read. */
  private mustBeWhole(record: LedgerRecord, transaction: Transaction): void {
    const { proof } = transaction;
    if (proof === null || record.readCommitted || record.failed !== null) return;
    const place = this.ledger.placeOf(record);
    if (place === null) return;
    const offset = record.acknowledged?.offset ?? (record.readIn === place ? record.readOffset : null);
    const missed = missedBy(place, offset);
    if (missed === null) return;
    const { shown } = transaction;
    const seen =
      shown === null
        ? 'its group got the offset that it committed'
        : `its record "${shown.record.value}" was read in ${shown.span.topic}-${shown.span.partition}`;
    const judged = place.severalTopics ? NOT_JUDGED : this.contract.ofMarkers(place, transaction);
    this.torn(transaction, place, offset, proof, judged, {
      sentence: `${sentenceCase(transaction.name)} was torn: ${seen}, but ${missed.process} ${missed.to === null ? `passed over offset ${offset} of ${place.name}` : `read ${place.name} to its end at offset ${missed.to}`} by read_committed without its record "${record.value}".`,
      evidence: [invocationOf(record), completionOf(record), positionedPoll(missed.span)],
    });
  }

  private torn(
    transaction: Transaction,
    place: PartitionLedger,
    offset: number | null,
    proof: PositionedEvent,
    judged: Applicability,
    missing: { readonly sentence: string; readonly evidence: readonly (PositionedEvent | null)[] },
  ): void {
    this.findings.note(
      { anomaly: 'torn-transaction', place, ...(offset === null ? {} : { offset }) },
      judged,
      () => ({
        sentence: missing.sentence,
        evidence: [
          transaction.begun,
          transaction.shown === null ? null : invocationOf(transaction.shown.record),
          transaction.commitInvoked,
          transaction.committed ?? transaction.aborted,
          proof,
          ...missing.evidence,
        ],
      }),
    );
  }

  /** An answer named an offset that only this transaction wrote. */
  private named({ write, place }: Named, event: HistoryEvent): void {
    const { transaction } = write;
    const proof = this.findings.current(event);
    const { group, offset } = write;
    transaction.offsetShown ??= { group, place, offset, sent: write.invoked, answer: proof };
    this.offsets.proven(transaction, proof);
    if (isZombie(transaction))
      this.zombie(transaction, place, proof, this.contract.inTopic(place.topic, this.id), null);
  }

  /** A group got an offset, and its transaction turned out to be aborted. */
  private abortedOffset(transaction: Transaction, { group, place, offset, sent, answer }: OffsetShown): void {
    this.findings.note(
      { anomaly: 'aborted-offset', place },
      this.contract.at(place, 'committed-offsets'),
      () => ({
        sentence: `Group "${group}" got offset ${offset} in ${place.topic}-${place.partition} from ${transaction.name}, which was aborted.`,
        evidence: [transaction.begun, sent, answer, transaction.aborted],
      }),
    );
  }

  /** An answer that no write explains. */
  private unexplained(found: Unexplained, event: HistoryEvent): void {
    const { group, place, offset, kind, write } = found;
    const answer = `got ${offset === null ? 'no offset' : `offset ${offset}`} in ${place.name}`;
    const proof = write?.transaction?.proof ?? null;
    if (kind === 'lost' && write !== null && write.transaction !== null && proof !== null) {
      const { transaction } = write;
      return this.torn(transaction, place, null, proof, this.contract.at(place, 'committed-offsets'), {
        sentence: `${sentenceCase(transaction.name)} was torn: a part of it was read, but group "${group}" then ${answer}, although the transaction had committed offset ${write.offset} there.`,
        evidence: [write.invoked, this.findings.current(event)],
      });
    }
    this.findings.note(
      { anomaly: `${kind === 'open' ? 'uncommitted' : kind}-offset`, place },
      this.contract.at(place, 'committed-offsets'),
      () => ({
        sentence: `Group "${group}" ${answer}${why(found)}.`,
        evidence: [
          write?.transaction?.begun ?? null,
          write?.invoked ?? null,
          write?.certain ?? write?.transaction?.aborted ?? null,
          this.findings.current(event),
        ],
      }),
    );
  }

  private circular(cycle: readonly Transaction[]): void {
    const reads = cycle.flatMap((transaction, index) => {
      const from = cycle[(index + 1) % cycle.length];
      const shown = from === undefined ? undefined : transaction.readFrom?.get(from);
      return shown === undefined || from === undefined ? [] : [{ transaction, from, ...shown }];
    });
    const place = reads[0]?.span;
    if (place === undefined) return;
    this.findings.note({ anomaly: 'G1c', place }, this.contract.inTopic(place.topic, this.id), () => ({
      sentence: `${cycle.length} transactions read from each other in a cycle, so one of them read a record that was not committed: ${reads
        .map(({ transaction, from, record }) => `${transaction.name} read "${record.value}" of ${from.name}`)
        .join('; ')}.`,
      evidence: reads.flatMap(({ transaction, record, span }) => [
        transaction.begun,
        invocationOf(record),
        positionedPoll(span),
      ]),
    }));
  }
}

/** Whether its producer was fenced before it requested the commit, if it ever did. */
function isZombie(transaction: Transaction): boolean {
  const fenced = (transaction.session?.fencedBy ?? null) !== null;
  return transaction.zombie || (transaction.commitInvoked === null && fenced);
}

interface Missed {
  readonly process: string;
  readonly span: ReadSpan;
  /** The end of the partition; null if the offset itself was passed over. */
  readonly to: number | null;
}

/** A read_committed consumer that missed the record at the offset; null if none certainly passed it. */
function missedBy(place: PartitionLedger, offset: number | null): Missed | null {
  if (offset !== null && place.passedCommitted.has(offset)) {
    const span = place.spans.find((poll) => poll.committed && poll.from <= offset && offset < poll.to);
    if (span !== undefined) return { process: span.process, span, to: null };
  }
  const reader = place.completeCommittedReader;
  if (reader === null || place.mayBeDeleted(offset ?? 0, reader)) return null;
  return { process: reader.process, span: reader.last, to: reader.to };
}

function why({ kind, offset, write }: Unexplained): string {
  const by = write?.transaction?.name ?? write?.invoked.event.process ?? 'a client';
  if (kind === 'phantom') return ', which no client ever committed';
  if (kind === 'aborted') return ` from ${by}, which was aborted`;
  if (kind === 'open') return ` from ${by}, the commit of which had not been requested`;
  return `, although ${by} had ${offset === null ? '' : 'since '}committed offset ${write?.offset}`;
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
