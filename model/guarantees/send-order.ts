/**
 * The order of one producer's sends to a partition: acknowledged ones lie there as they were sent.
 *
 * A send whose outcome is unknown, or with acks=0, may still be on a broken connection while a later one is
 * stored through a new one; it proves nothing. With acks=1 a record must also have been read where its
 * acknowledgement says, because what was acknowledged may be gone.
 *
 * A partition takes any sequence of an idempotent producer that it does not know, for it may have forgotten it
 * (KIP-360); only one that is empty does not (KAFKA-15591). While the first batches are refused by one leader, or lost
 * on the way, a later one may reach the next and be stored first. So nothing is said of sends that were undecided when
 * the first that lies there was made, unless that one lies at offset 0, was the only one in flight, or is part of a
 * transaction, whose first batch is verified (KAFKA-14904).
 */
import type { Configuration } from '../configuration/configuration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';

/** How many of a producer's acknowledged sends to a partition are kept to place late ones among. */
const SEND_WINDOW = 1024;

/** Two sends of one producer that lie the wrong way round. */
export interface Reordered {
  readonly place: PartitionLedger;
  /** Sent first. */
  readonly earlier: LedgerRecord;
  readonly later: LedgerRecord;
}

export class SendOrder {
  private readonly ledger: Ledger;
  private readonly acksAll: boolean;
  private readonly mayBeginAnywhere: boolean;
  private readonly sends = new Map<string, Map<PartitionLedger, LedgerRecord[]>>();

  constructor(ledger: Ledger, configuration: Configuration) {
    this.ledger = ledger;
    this.acksAll = configuration.acks === 'all';
    this.mayBeginAnywhere =
      configuration['enable.idempotence'] && configuration['max.in.flight.requests.per.connection'] > 1;
  }

  acknowledged(record: LedgerRecord): Reordered | null {
    return this.acksAll ? this.place(record) : this.read(record);
  }

  read(record: LedgerRecord): Reordered | null {
    const { acknowledged } = record;
    if (this.acksAll || acknowledged === null || acknowledged.offset !== record.readOffset) return null;
    const { readIn } = record;
    if (acknowledged.partition !== readIn?.partition || acknowledged.topicId !== readIn.topicId) return null;
    return this.place(record);
  }

  /**
   * The kept sends ascend both by invocation and by offset, so a new one need only be compared with its
   * neighbours. One that does not fit is told and left out.
   */
  private place(record: LedgerRecord): Reordered | null {
    const { invoked, acknowledged } = record;
    if (invoked === null || acknowledged === null || acknowledged.offset === null) return null;
    if (record.orderJudged) return null;
    record.orderJudged = true;
    const { topic, partition, topicId } = acknowledged;
    const place = this.ledger.partition(topic, partition, topicId);
    const sends = this.sendsOf(invoked.process, place);
    let index = sends.length;
    while (index > 0 && (sends[index - 1]?.invokedAt ?? 0) > record.invokedAt) index--;
    const earlier = sends[index - 1];
    const later = sends[index];
    if (earlier !== undefined && acknowledgedOffset(earlier) > acknowledged.offset) {
      const isFirst = acknowledged.offset < acknowledgedOffset(sends[0]!);
      if (!isFirst || !this.mayBeOvertaken(earlier, record)) return { place, earlier, later: record };
      sends.splice(0, index);
      index = 0;
    } else if (later !== undefined && acknowledgedOffset(later) < acknowledged.offset) {
      if (index === 0 && this.mayBeOvertaken(record, later)) return null;
      return { place, earlier: record, later };
    }
    sends.splice(index, 0, record);
    // The first one stays: it tells who may have been overtaken.
    if (sends.length >= 2 * SEND_WINDOW) sends.splice(1, SEND_WINDOW);
    return null;
  }

  /** Whether `record` may lie behind a later send that is the first one there. */
  private mayBeOvertaken(record: LedgerRecord, first: LedgerRecord): boolean {
    return (
      this.mayBeginAnywhere &&
      record.completedAt > first.invokedAt &&
      record.transaction === null &&
      first.transaction === null &&
      acknowledgedOffset(first) > 0
    );
  }

  private sendsOf(process: string, place: PartitionLedger): LedgerRecord[] {
    let partitions = this.sends.get(process);
    if (partitions === undefined) {
      partitions = new Map();
      this.sends.set(process, partitions);
    }
    let sends = partitions.get(place);
    if (sends === undefined) {
      sends = [];
      partitions.set(place, sends);
    }
    return sends;
  }
}

export function acknowledgedOffset(record: LedgerRecord): number {
  return record.acknowledged?.offset ?? -1;
}
