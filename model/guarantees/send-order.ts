/**
 * The order of one producer's sends to a partition: acknowledged ones lie there as they were sent.
 *
 * A send whose outcome is unknown, or with acks=0, may still be on a broken connection while a later one is
 * stored through a new one; it proves nothing. With acks=1 a record must also have been read where its
 * acknowledgement says, because what was acknowledged may be gone.
 */
import type { LedgerRecord, PartitionLedger, Ledger } from '../ledger.ts';

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
  private readonly sends = new Map<string, Map<PartitionLedger, LedgerRecord[]>>();

  constructor(ledger: Ledger, acksAll: boolean) {
    this.ledger = ledger;
    this.acksAll = acksAll;
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
      return { place, earlier, later: record };
    }
    if (later !== undefined && acknowledgedOffset(later) < acknowledged.offset) {
      return { place, earlier: record, later };
    }
    sends.splice(index, 0, record);
    if (sends.length >= 2 * SEND_WINDOW) sends.splice(0, SEND_WINDOW);
    return null;
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
