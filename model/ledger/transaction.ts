/** One transaction, as far as clients know it: the requests of its producer, and the proofs of its outcome. */
import type { PositionedEvent } from './positioned-event.ts';
import type {
  BeginInvoked,
  EndTransactionInvoked,
  InitTransactionsInvoked,
  NotOk,
  OtherOk,
  TopicPartition,
} from '../history/history.ts';
import type { PartitionLedger } from './partition-ledger.ts';
import type { LedgerRecord } from './ledger-record.ts';
import type { ReadSpan } from './read-span.ts';

/** One `initTransactions` that succeeded: the process has the transactional id until another process takes it over. */
export class TransactionalSession {
  readonly invoked: InitTransactionsInvoked;
  /** Positions in the history. */
  readonly invokedAt: number;
  readonly initialisedAt: number;
  /** The later `initTransactions` of the same transactional id whose success fenced this one. */
  fencedBy: PositionedEvent | null = null;

  constructor(invoked: InitTransactionsInvoked, invokedAt: number, initialisedAt: number) {
    this.invoked = invoked;
    this.invokedAt = invokedAt;
    this.initialisedAt = initialisedAt;
  }
}

/** A read_committed poll that returned a record of the transaction. */
export interface Shown {
  readonly record: LedgerRecord;
  readonly offset: number;
  readonly span: ReadSpan;
}

/** An answer to a group that named an offset of the transaction. */
export interface OffsetShown {
  readonly group: string;
  /** Without a topic id: committed offsets name topics only. */
  readonly place: PartitionLedger;
  readonly offset: number;
  /** The `send-offsets`. */
  readonly sent: PositionedEvent;
  readonly answer: PositionedEvent;
}

export class Transaction {
  /** The `op` of its `begin`. */
  readonly op: number;
  readonly begun: PositionedEvent & { readonly event: BeginInvoked };
  readonly session: TransactionalSession | null;
  /** The invocation of the first commit that has not failed; null while there is none. */
  commitInvoked: PositionedEvent | null = null;
  /** The completion by which its producer knows that it is committed. */
  committed: PositionedEvent | null = null;
  /** The completion by which its producer knows that it is aborted and can never be committed. */
  aborted: PositionedEvent | null = null;
  /** Its commit was invoked only after its producer was fenced. */
  zombie = false;
  /** The partition of the first record or offset that was added to it; null while there is none. */
  firstPart: TopicPartition | null = null;
  /** A later transaction of the same transactional id was begun: its markers may end this one in a partition. */
  hasSuccessor = false;
  /** The number of records and offsets that were added to it and have not certainly failed. */
  parts = 0;
  /** The first read_committed poll that returned a record of it. */
  shown: Shown | null = null;
  /** The first answer to a group with an offset that only this transaction can have committed. */
  offsetShown: OffsetShown | null = null;
  /** The transactions of which this one read records, each with a record and a poll that prove it. */
  readFrom: Map<Transaction, Shown> | null = null;

  constructor(
    begun: PositionedEvent & { readonly event: BeginInvoked },
    session: TransactionalSession | null,
  ) {
    this.op = begun.event.op;
    this.begun = begun;
    this.session = session;
  }

  get process(): string {
    return this.begun.event.process;
  }

  /** Its name in sentences: `transaction 12 of producer-1`. */
  get name(): string {
    return `transaction ${this.op} of ${this.process}`;
  }

  /** Adds a record or an offset. A client ends a transaction without any without a request to the coordinator. */
  addPart(place: TopicPartition | null): void {
    if (place === null) return;
    this.firstPart ??= place;
    this.parts++;
  }

  /** Whether clients may see it committed by now. */
  get mayBeCommitted(): boolean {
    return this.commitInvoked !== null && this.aborted === null;
  }

  /** An event that proves it committed: a client read a part of it. */
  get proof(): PositionedEvent | null {
    if (this.shown !== null) return { position: this.shown.span.position, event: this.shown.span.asEvent() };
    return this.offsetShown?.answer ?? null;
  }

  /** Its producer invoked a commit or an abort. */
  endInvoked(event: EndTransactionInvoked, position: number): void {
    if (event.f === 'abort') return;
    if (this.commitInvoked === null) this.zombie = (this.session?.fencedBy ?? null) !== null;
    this.commitInvoked ??= { position, event };
    this.aborted = null;
  }

  /** The commit or abort completed. An abort after a commit of unknown outcome proves nothing: the commit may have won. */
  endCompleted(event: OtherOk | NotOk, position: number): void {
    const completion = { position, event };
    if (event.f === 'commit') {
      if (event.type === 'ok') this.committed = completion;
      else if (event.type === 'fail' && this.committed === null) {
        this.commitInvoked = null;
        this.aborted = completion;
      }
    } else if (event.type === 'ok' && this.commitInvoked === null) this.aborted = completion;
  }
}
