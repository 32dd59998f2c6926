import type { NotOk, SendInvoked, SendOk } from '../history/history.ts';
import type { Transaction } from './transaction.ts';
import type { PartitionLedger } from './partition-ledger.ts';

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
  /** A final reader of any isolation level found it. */
  inFinalRead = false;
  /** Null outside of transactions. */
  transaction: Transaction | null = null;
  /** The copies that a read_committed consumer was given: hardly ever more than one. Null while there is none. */
  private committedCopies: { readonly place: PartitionLedger; readonly offset: number }[] | null = null;
  inCommittedFinalRead = false;
  /** Its place among its producer's sends was looked at. */
  orderJudged = false;

  constructor(value: string) {
    this.value = value;
  }

  /** A read_committed consumer was given it. */
  get readCommitted(): boolean {
    return this.committedCopies !== null;
  }

  /** A read_committed consumer was given the copy that lies there. */
  shownCommitted(place: PartitionLedger, offset: number): void {
    if (!this.wasShownCommitted(place, offset)) (this.committedCopies ??= []).push({ place, offset });
  }

  private wasShownCommitted(place: PartitionLedger, offset: number): boolean {
    return this.committedCopies?.some((copy) => copy.place === place && copy.offset === offset) === true;
  }

  /**
   * Whether every read_committed consumer is to be given it from there: it is in no transaction, or one was given this
   * very copy. Of two copies one may belong to a transaction that was committed, the other to one that was aborted.
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

  /** Its producer was told that it is stored for good: a part of a transaction is so only with the whole. */
  get isDue(): boolean {
    return this.acknowledged !== null && (this.transaction === null || this.transaction.committed !== null);
  }

  /** The partition that it was sent to, null where only the partitioner knows. */
  get sentTo(): number | null {
    return this.invoked?.partition ?? this.completed?.partition ?? null;
  }
}
