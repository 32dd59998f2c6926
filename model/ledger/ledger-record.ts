import type { NotOk, SendInvoked, SendOk } from '../history/history.ts';
import type { Transaction } from './transaction.ts';
import type { PartitionLedger } from './partition-ledger.ts';

/** One value that was sent, read, or both. */
export class LedgerRecord {
  readonly value: string;
  /** Null while the value was only read. */
  invoked: SendInvoked | null = null;
  /** Position in the history, from 1; 0 while not invoked. */
  invokedAt = 0;
  completed: SendOk | NotOk | null = null;
  completedAt = 0;
  /** The partition in which it was read first. */
  readIn: PartitionLedger | null = null;
  readOffset = -1;
  /** A final reader, of any isolation level, found the record. */
  inFinalRead = false;
  /** Null outside of transactions. */
  transaction: Transaction | null = null;
  /** The copies that a read_committed consumer read: hardly ever more than one. Null while there is none. */
  private committedCopies: { readonly place: PartitionLedger; readonly offset: number }[] | null = null;
  inCommittedFinalRead = false;
  /** The order of its producer's sends was checked for this record. */
  orderJudged = false;

  constructor(value: string) {
    this.value = value;
  }

  /** Whether a read_committed consumer has read it. */
  get readCommitted(): boolean {
    return this.committedCopies !== null;
  }

  /** Records that a read_committed consumer read the copy at the offset. */
  shownCommitted(place: PartitionLedger, offset: number): void {
    if (!this.wasShownCommitted(place, offset)) (this.committedCopies ??= []).push({ place, offset });
  }

  private wasShownCommitted(place: PartitionLedger, offset: number): boolean {
    return this.committedCopies?.some((copy) => copy.place === place && copy.offset === offset) === true;
  }

  /**
   * Whether every read_committed consumer must read the copy at the offset: the record is in no transaction, or such a
   * consumer has read this very copy. Of two copies one may belong to a transaction that was committed, and the other to
   * one that was aborted.
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

  /** Whether its producer knows that it is stored for good: a part of a transaction is only when that is committed. */
  get isDue(): boolean {
    return this.acknowledged !== null && (this.transaction === null || this.transaction.committed !== null);
  }

  /** The partition to which it was sent; null while only the partitioner knows. */
  get sentTo(): number | null {
    return this.invoked?.partition ?? this.completed?.partition ?? null;
  }
}
