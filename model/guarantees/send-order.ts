/**
 * The order of one producer's sends to a partition: acknowledged records lie there in the order of their sends.
 *
 * A send whose outcome is unknown, or with acks=0, proves nothing: it may still be on a broken connection while a later
 * send is stored through a new one. With acks=1 a record must also have been read at its acknowledged offset, because an
 * acknowledged record may be lost.
 *
 * A partition accepts any first sequence of an idempotent producer that it does not know, because it may have forgotten
 * the producer (KIP-360); only an empty partition does not (KAFKA-15591). So a producer's first records there may be out
 * of order:
 * 1. A leader refuses the first batches, or they are lost on the way.
 * 2. A later batch reaches the next leader and is stored first.
 * 3. The producer sends the first batches again, and they are stored after it.
 * Therefore sends that were pending when the first stored one was invoked are not judged, unless that one lies at offset
 * 0, or was the only one in flight, or is part of a transaction, whose first batch is verified (KAFKA-14904).
 */
import type { Configuration } from '../configuration/configuration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PartitionLedger } from '../ledger/partition-ledger.ts';
import type { LedgerRecord } from '../ledger/ledger-record.ts';

/** How many acknowledged sends of a producer to a partition are kept to compare late acknowledgements with. */
const SEND_WINDOW = 1024;

/** Two sends of one producer that lie in the wrong order. */
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
   * Compares the record with the kept sends. They ascend both by invocation and by offset, so a new one need only be
   * compared with its neighbours. One that does not fit is returned and not kept.
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
    // The first send stays: sends that it may have overtaken are compared with it.
    if (sends.length >= 2 * SEND_WINDOW) sends.splice(1, SEND_WINDOW);
    return null;
  }

  /** Whether `record` may lie after `first`, a later send that was stored first in the partition. */
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
