/**
 * partition-order: a consumer reads the records of a partition in the order of their offsets and without gaps. Offsets
 * that it passes may hold transaction markers and, for read_committed, records of aborted transactions.
 */
import { positionedPoll, Findings } from '../ledger/findings.ts';
import { type PositionedEvent } from '../ledger/positioned-event.ts';
import type { Guarantee, Violation } from '../guarantee.ts';
import type {
  AssignInvoked,
  Completion,
  HistoryEvent,
  Invocation,
  PolledPartition,
  PollOk,
  SeekInvoked,
} from '../history/history.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';
import { OffsetMap } from '../ledger/offset-map.ts';
import type { ContractInForce } from '../contract/in-force.ts';
import type { ReadSpan } from '../ledger/read-span.ts';
import { completionOf, invocationOf } from './evidence.ts';

/** A consumer's position in one partition, and the event that set it. */
interface Position {
  offset: number;
  /** The partition that the last poll read; null after a seek or an assignment, which names no topic id. */
  place: PartitionLedger | null;
  since: HistoryEvent;
  sinceAt: number;
}

/** Offsets that a consumer passed over while no record was known there that it had to read. */
interface Passed {
  readonly span: ReadSpan;
  /** The event that set the position before the gap; null where the gap lies within the poll. */
  readonly before: PositionedEvent | null;
}

/** Longer gaps are compared with the records known when they appear, and not remembered. */
const LONGEST_REMEMBERED_GAP = 4096;

export class PartitionOrder implements Guarantee {
  readonly id = 'partition-order';
  readonly findings: Findings<'partition-order'>;
  private readonly ledger: Ledger;
  private readonly contract: ContractInForce;
  private readonly acksAll: boolean;
  /** By process, and by the partition's ledger without a topic id: a consumer knows partitions by name. */
  private readonly positions = new Map<string, Map<PartitionLedger, Position>>();
  private readonly passed = new Map<PartitionLedger, OffsetMap<Passed>>();

  /** `ledger` and `contract` must have observed an event before this guarantee does. */
  constructor(ledger: Ledger, contract: ContractInForce) {
    this.ledger = ledger;
    this.contract = contract;
    this.findings = new Findings(this.id, ledger);
    this.acksAll = contract.configuration.acks === 'all';
  }

  observe(event: HistoryEvent): readonly Violation[] {
    if (event.type === 'cluster') return this.findings.take();
    if (event.type === 'invoke') this.invoked(event);
    else this.completed(event);
    return this.findings.take();
  }

  conclude(): readonly Violation[] {
    return this.findings.take();
  }

  private invoked(event: Invocation): void {
    if (event.f === 'assign') this.assign(event);
    else if (event.f === 'seek') this.seek(event);
  }

  private completed(event: Completion): void {
    if (event.type !== 'ok') {
      // A poll of unknown outcome may have moved the consumer; a failed one has not.
      const moved =
        event.f === 'poll' ? event.type === 'unknown' : event.f === 'assign' || event.f === 'seek';
      if (moved) this.positions.delete(event.process);
    } else if (event.f === 'poll') this.polled(event);
    else if (event.f === 'send' && this.ledger.send !== null) this.acknowledged(this.ledger.send);
  }

  private assign(event: AssignInvoked): void {
    const positions = this.positionsOf(event.process);
    positions.clear();
    for (const { topic, partition, position } of event.partitions) {
      if (typeof position !== 'number') continue;
      this.move(positions, this.ledger.partition(topic, partition), null, position, event);
    }
  }

  private seek(event: SeekInvoked): void {
    const positions = this.positionsOf(event.process);
    const partition = this.ledger.partition(event.topic, event.partition);
    if (typeof event.position === 'number') this.move(positions, partition, null, event.position, event);
    else positions.delete(partition);
  }

  private polled(event: PollOk): void {
    const positions = this.positionsOf(event.process);
    for (const { topic, partition } of event.resets ?? []) {
      positions.delete(this.ledger.partition(topic, partition));
    }
    let next = 0;
    for (let index = 0; index < event.partitions.length; index++) {
      const entry = event.partitions[index];
      const partition = this.ledger.polledPartitions[index];
      if (entry === undefined || partition === undefined) continue;
      this.continues(entry, partition, positions.get(partition.withoutTopicId), event, index);
      this.readsOn(entry, partition, event, index);
      if (this.passed.size > 0) this.compareWithPassed(entry, partition, next, event);
      next += entry.records.length;
      this.move(positions, partition.withoutTopicId, partition, entry.to, event);
    }
    // A position that was reset after the poll's records is not known.
    for (const { topic, partition, to } of event.resets ?? []) {
      const place = this.ledger.partition(topic, partition);
      const position = positions.get(place);
      if (position !== undefined && position.offset !== to && !continuesFrom(event, place, to)) {
        positions.delete(place);
      }
    }
  }

  /** Checks that the poll begins where the previous one ended. */
  private continues(
    entry: PolledPartition,
    place: PartitionLedger,
    position: Position | undefined,
    event: PollOk,
    index: number,
  ): void {
    if (position === undefined || entry.from === position.offset) return;
    // The poll read another topic of the same name, with offsets of its own.
    if (position.place !== null && position.place !== place) return;
    const previous = { position: position.sinceAt, event: position.since };
    if (entry.from < position.offset) {
      this.backwards(place, entry.from, position.offset, [previous], event);
    } else this.pass(place, position.offset, entry.from, previous, event, index);
  }

  /** Checks that the records of the poll ascend, and skip no record. */
  private readsOn(entry: PolledPartition, place: PartitionLedger, event: PollOk, index: number): void {
    let expected = entry.from;
    for (const { offset } of entry.records) {
      if (offset < expected) this.backwards(place, offset, expected, [], event);
      else if (offset > expected) this.pass(place, expected, offset, null, event, index);
      expected = offset + 1;
    }
    if (expected < entry.to) this.pass(place, expected, entry.to, null, event, index);
  }

  private backwards(
    place: PartitionLedger,
    offset: number,
    expected: number,
    before: readonly PositionedEvent[],
    event: PollOk,
  ): void {
    this.findings.note(
      { anomaly: 'nonmonotonic-poll', place, offset },
      this.contract.at(place, this.id),
      () => ({
        sentence: `${event.process} was at offset ${expected} of ${place.name} and went back to offset ${offset} without a seek or a reset.`,
        evidence: [...before, this.findings.current(event)],
      }),
    );
  }

  /** Checks that no other client knows a record in [from, to) that the consumer, which read none there, had to read. */
  private pass(
    place: PartitionLedger,
    from: number,
    to: number,
    before: PositionedEvent | null,
    event: PollOk,
    index: number,
  ): void {
    const committed = this.ledger.pollIsCommitted;
    const read = firstShownTo(committed, place, from, to);
    const evidence = [before, this.findings.current(event)];
    if (read !== -1) {
      const reader = place.pollShowing(read);
      if (reader !== null && reader.position !== this.ledger.position) {
        this.skip(place, read, event.process, `${reader.process} read`, evidence, place.read.get(read));
      }
      return;
    }
    // Without acks=all an acknowledged record need not be in the log.
    const acknowledged = this.acksAll ? firstOutsideTransactions(place.acknowledged, from, to) : -1;
    if (acknowledged !== -1) {
      const record = place.acknowledged.get(acknowledged);
      this.skip(place, acknowledged, event.process, 'was acknowledged', evidence, record);
    } else if (to - from <= LONGEST_REMEMBERED_GAP) {
      this.rememberPassed(place, from, to, { span: this.ledger.spanOf(event, index), before });
    }
  }

  /** Remembers the first poll that passed each offset, preferably one that had to return every record. */
  private rememberPassed(place: PartitionLedger, from: number, to: number, passed: Passed): void {
    let offsets = this.passed.get(place);
    if (offsets === undefined) {
      offsets = new OffsetMap();
      this.passed.set(place, offsets);
    }
    for (let offset = from; offset < to; offset++) {
      const known = offsets.get(offset);
      if (known === undefined || (known.span.committed && !passed.span.committed))
        offsets.set(offset, passed);
    }
  }

  /** `witnessed` says how the record is known: `was acknowledged` or `consumer-2 read`. */
  private skip(
    place: PartitionLedger,
    offset: number,
    process: string,
    witnessed: string,
    evidence: readonly (PositionedEvent | null)[],
    record: LedgerRecord | undefined,
    witness?: PositionedEvent,
  ): void {
    if (record === undefined) return;
    this.findings.note({ anomaly: 'poll-skip', place, offset }, this.contract.at(place, this.id), () => {
      const acknowledged = witnessed === 'was acknowledged';
      const known = acknowledged ? `"${record.value}" ${witnessed}` : `${witnessed} "${record.value}"`;
      const proof = acknowledged
        ? [invocationOf(record), completionOf(record)]
        : [witness ?? positionedPoll(place.pollShowing(offset))];
      return {
        sentence: `${process} passed over offset ${offset} of ${place.name}, where ${known}.`,
        evidence: [...proof, ...evidence],
      };
    });
  }

  /** Checks whether an earlier poll passed over the records of this one. */
  private compareWithPassed(
    entry: PolledPartition,
    place: PartitionLedger,
    start: number,
    event: PollOk,
  ): void {
    const passed = this.passed.get(place);
    if (passed === undefined) return;
    entry.records.forEach(({ offset }, index) => {
      const record = this.ledger.polled[start + index];
      const skipped = passed.get(offset);
      if (record === undefined || skipped === undefined || skipped.span.op === event.op) return;
      if (skipped.span.committed && !record.isForCommitted(place, offset)) return;
      const witness = this.findings.current(event);
      const evidence = [skipped.before, positionedPoll(skipped.span)];
      this.skip(place, offset, skipped.span.process, `${event.process} read`, evidence, record, witness);
    });
  }

  private acknowledged(record: LedgerRecord): void {
    const acknowledged = record.acknowledged;
    if (acknowledged === null || acknowledged.offset === null) return;
    if (!this.acksAll || this.passed.size === 0 || record.transaction !== null) return;
    const { topic, partition, topicId } = acknowledged;
    const place = this.ledger.partition(topic, partition, topicId);
    const skipped = this.passed.get(place)?.get(acknowledged.offset);
    if (skipped === undefined) return;
    const evidence = [skipped.before, positionedPoll(skipped.span)];
    this.skip(place, acknowledged.offset, skipped.span.process, 'was acknowledged', evidence, record);
  }

  private positionsOf(process: string): Map<PartitionLedger, Position> {
    let positions = this.positions.get(process);
    if (positions === undefined) {
      positions = new Map();
      this.positions.set(process, positions);
    }
    return positions;
  }

  private move(
    positions: Map<PartitionLedger, Position>,
    partition: PartitionLedger,
    place: PartitionLedger | null,
    offset: number,
    event: HistoryEvent,
  ): void {
    const position = positions.get(partition);
    const sinceAt = this.ledger.position;
    if (position === undefined) positions.set(partition, { offset, place, since: event, sinceAt });
    else {
      position.offset = offset;
      position.place = place;
      position.since = event;
      position.sinceAt = sinceAt;
    }
  }
}

/** Whether the poll continued at the offset to which the reset moved the consumer. */
function continuesFrom(event: PollOk, place: PartitionLedger, offset: number): boolean {
  return event.partitions.some(
    (entry) => entry.topic === place.topic && entry.partition === place.partition && entry.from === offset,
  );
}

/** Returns the first offset in [from, to) with a known record that a reader had to read, or -1. */
function firstShownTo(committed: boolean, place: PartitionLedger, from: number, to: number): number {
  let offset = place.read.firstIn(from, to);
  while (committed && offset !== -1) {
    if (place.read.get(offset)?.isForCommitted(place, offset) !== false) return offset;
    offset = place.read.firstIn(offset + 1, to);
  }
  return offset;
}

/** The acknowledgement of a part of a transaction proves nothing before the transaction is committed. */
function firstOutsideTransactions(acknowledged: OffsetMap<LedgerRecord>, from: number, to: number): number {
  let offset = acknowledged.firstIn(from, to);
  while (offset !== -1 && acknowledged.get(offset)?.transaction !== null) {
    offset = acknowledged.firstIn(offset + 1, to);
  }
  return offset;
}
