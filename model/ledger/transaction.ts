/** One transaction, as far as clients know it: what its producer asked for, and what proves its outcome. */
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

/** One `initTransactions` that succeeded: from then on the process has the transactional id, until somebody else does. */
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

/** A poll of a read_committed consumer that returned a record of the transaction. */
export interface Shown {
  readonly record: LedgerRecord;
  readonly offset: number;
  readonly span: ReadSpan;
}

/** An answer that named an offset of the transaction. */
export interface OffsetShown {
  readonly group: string;
  /** Of whichever topic has the name: committed offsets name none by its id. */
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
  /** The first commit that has not failed; null while nobody has asked for one. */
  commitAsked: PositionedEvent | null = null;
  /** Its producer was told that it is committed. */
  committed: PositionedEvent | null = null;
  /** Its producer was told that it is not, and never will be. */
  aborted: PositionedEvent | null = null;
  /** A commit was asked for only after its producer was fenced. */
  zombie = false;
  /** Where the first record or offset that was put into it belongs; null while there was none. */
  firstPart: TopicPartition | null = null;
  /** Another transaction of the same transactional id was begun since: its markers may end in a partition what this one left open. */
  succeeded = false;
  /** How many records and offsets were put into it and have not failed for certain. */
  parts = 0;
  /** The first proof, by read_committed, that a record of it is committed. */
  shown: Shown | null = null;
  /** The first answer with a group's offset that only this transaction can have committed. */
  offsetShown: OffsetShown | null = null;
  /** The transactions of which this one read, and a record and a poll that show it. */
  readFrom: Map<Transaction, Shown> | null = null;

  constructor(begun: PositionedEvent & { readonly event: BeginInvoked }, session: TransactionalSession | null) {
    this.op = begun.event.op;
    this.begun = begun;
    this.session = session;
  }

  get process(): string {
    return this.begun.event.process;
  }

  /** How it is told: `Transaction 12 of producer-1`. */
  get name(): string {
    return `transaction ${this.op} of ${this.process}`;
  }

  /** Something belongs to it; whoever ends one to which nothing does asks no coordinator. */
  put(place: TopicPartition | null): void {
    if (place === null) return;
    this.firstPart ??= place;
    this.parts++;
  }

  /** Whether clients may see it committed by now. */
  get mayBeCommitted(): boolean {
    return this.commitAsked !== null && this.aborted === null;
  }

  /** Somebody was shown a part of it, as committed. */
  get proof(): PositionedEvent | null {
    if (this.shown !== null) return { position: this.shown.span.position, event: this.shown.span.asEvent() };
    return this.offsetShown?.answer ?? null;
  }

  /** Its end was asked for. */
  asked(event: EndTransactionInvoked, position: number): void {
    if (event.f === 'abort') return;
    if (this.commitAsked === null) this.zombie = (this.session?.fencedBy ?? null) !== null;
    this.commitAsked ??= { position, event };
    this.aborted = null;
  }

  /** What became of that. An abort after a commit of unknown outcome proves nothing: the commit may have won. */
  ended(event: OtherOk | NotOk, position: number): void {
    const exhibit = { position, event };
    if (event.f === 'commit') {
      if (event.type === 'ok') this.committed = exhibit;
      else if (event.type === 'fail' && this.committed === null) {
        this.commitAsked = null;
        this.aborted = exhibit;
      }
    } else if (event.type === 'ok' && this.commitAsked === null) this.aborted = exhibit;
  }
}
