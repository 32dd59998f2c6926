/**
 * The transactions of a history, the processes that began them, and the transactional ids that were taken over. A
 * transaction is forgotten here when its producer has begun another; its records still refer to it.
 */
import type {
  BeginInvoked,
  Completion,
  EndTransactionInvoked,
  Invocation,
  InitTransactionsInvoked,
  SendOffsetsInvoked,
} from '../history/history.ts';
import { Transaction, TransactionalSession } from './transaction.ts';

interface OpenInitialisation {
  readonly event: InitTransactionsInvoked;
  readonly position: number;
}

export class TransactionLedger {
  /** The transaction whose end the current event requested or completed. */
  ending: Transaction | null = null;

  /** By the `op` of their `begin`, until their producer has begun another transaction. */
  private readonly known = new Map<number, Transaction>();
  private readonly latest = new Map<string, Transaction>();
  /** The transaction that was begun last, by transactional id, or by process where that is not known. */
  private readonly lastBegun = new Map<string, Transaction>();
  private readonly initialising = new Map<number, OpenInitialisation>();
  private readonly sessions = new Map<string, TransactionalSession>();
  /** By transactional id, the sessions that no other session has certainly fenced. */
  private readonly unfenced = new Map<string, readonly TransactionalSession[]>();
  private readonly openEnds = new Map<number, Transaction>();
  private readonly openOffsets = new Map<number, Transaction>();

  find(op: number | undefined): Transaction | null {
    return op === undefined ? null : (this.known.get(op) ?? null);
  }

  /** The transaction that the process has begun and not yet committed or aborted. */
  openOf(process: string): Transaction | null {
    const latest = this.latest.get(process);
    return latest !== undefined && latest.commitInvoked === null && latest.aborted === null ? latest : null;
  }

  invoked(event: Invocation, position: number): void {
    if (event.f === 'init-transactions') this.initialising.set(event.op, { event, position });
    else if (event.f === 'begin') this.begin(event, position);
    else if (event.f === 'commit' || event.f === 'abort') this.end(event, position);
    else if (event.f === 'send-offsets') this.sendOffsets(event);
  }

  completed(event: Completion, position: number): void {
    if (event.f === 'init-transactions') this.initialised(event, position);
    else if (event.f === 'begin') this.begun(event);
    else if (event.f === 'send-offsets') {
      const transaction = this.openOffsets.get(event.op);
      this.openOffsets.delete(event.op);
      if (event.type === 'fail' && transaction !== undefined) transaction.parts--;
    } else if (event.f === 'commit' || event.f === 'abort') {
      const transaction = this.openEnds.get(event.op);
      this.openEnds.delete(event.op);
      if (transaction === undefined) return;
      // The compiler does not narrow the union of completions to these two.
      if (event.type !== 'ok' || event.f === 'commit' || event.f === 'abort')
        transaction.endCompleted(event, position);
      this.ending = transaction;
    }
  }

  private sendOffsets(event: SendOffsetsInvoked): void {
    const transaction = this.find(event.transaction);
    if (transaction === null) return;
    transaction.addPart(event.offsets[0] ?? null);
    if (event.offsets.length > 0) this.openOffsets.set(event.op, transaction);
  }

  private begin(event: BeginInvoked, position: number): void {
    const session = this.sessions.get(event.process) ?? null;
    const transaction = new Transaction({ event, position }, session);
    this.known.set(event.op, transaction);
    const owner = session === null ? `process ${event.process}` : `id ${session.invoked.transactionalId}`;
    const previous = this.lastBegun.get(owner);
    if (previous !== undefined) previous.hasSuccessor = true;
    this.lastBegun.set(owner, transaction);
  }

  /** A producer has one transaction at a time; a `begin` that failed leaves the current one in place. */
  private begun(event: Completion): void {
    const transaction = this.known.get(event.op);
    if (transaction === undefined) return;
    if (event.type === 'fail') {
      this.known.delete(event.op);
      return;
    }
    const previous = this.latest.get(event.process);
    if (previous !== undefined) this.known.delete(previous.op);
    this.latest.set(event.process, transaction);
  }

  private end(event: EndTransactionInvoked, position: number): void {
    const transaction = this.known.get(event.transaction);
    if (transaction === undefined) return;
    transaction.endInvoked(event, position);
    this.openEnds.set(event.op, transaction);
    this.ending = transaction;
  }

  /**
   * An initialisation fences every session of the transactional id that existed when it was invoked. Two that overlap
   * may have taken effect in either order, so neither has certainly fenced the other.
   */
  private initialised(event: Completion, position: number): void {
    const open = this.initialising.get(event.op);
    this.initialising.delete(event.op);
    if (open === undefined || event.type !== 'ok') return;
    const { transactionalId } = open.event;
    const session = new TransactionalSession(open.event, open.position, position);
    const others = this.unfenced.get(transactionalId) ?? [];
    const left = others.filter((other) => other.initialisedAt > session.invokedAt);
    for (const other of others) if (!left.includes(other)) other.fencedBy = { position, event };
    this.unfenced.set(transactionalId, [...left, session]);
    this.sessions.set(event.process, session);
  }
}
