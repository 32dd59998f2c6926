import { assert } from '../../../assert.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { internalPartitionOf, TRANSACTION_STATE_TOPIC } from '../../../kafka/internal-records.ts';
import type { TransactionMetadata, TransactionState } from '../../../kafka/internal-records.ts';
import { Probe } from '../../catalogue/probes.ts';
import type { TimerName } from '../../catalogue/timers.ts';
import { isPreparing } from '../../rules/transaction-states.ts';
import type { CoordinatorHost } from '../coordinator-host.ts';
import type { CoordinatorContext } from '../runtime/coordinator-context.ts';
import { CoordinatorRuntime } from '../runtime/coordinator-runtime.ts';
import type { WriteCompletion } from '../runtime/coordinator-runtime.ts';
import { transactionRecord } from './transaction-log.ts';
import { CachedTransaction, TransactionShard } from './transaction-shard.ts';
import type { OnPrepared } from './transaction-shard.ts';

export type FoundTransaction =
  | { readonly error: ErrorCode }
  | {
      readonly error: null;
      readonly coordinatorEpoch: number;
      /** Undefined when no producer has used the id before. */
      readonly transaction: CachedTransaction | undefined;
    };

/**
 * The transactional ids that this broker coordinates, and their transitions: one takes effect when it is committed in
 * the transaction log (Kafka's class of that name).
 */
export class TransactionStateManager {
  readonly #host: CoordinatorHost;
  readonly #runtime: CoordinatorRuntime<TransactionShard>;

  /** `onPrepared` is called for each loaded transaction whose markers may be missing. */
  constructor(host: CoordinatorHost, onPrepared: OnPrepared) {
    this.#host = host;
    this.#runtime = new CoordinatorRuntime(host, {
      topic: TRANSACTION_STATE_TOPIC,
      loading: 'on-election',
      build: (index, epoch) => new TransactionShard(host, index, epoch, onPrepared),
    });
  }

  // Leadership of the log's partitions.

  elect(index: number, coordinatorEpoch: number): void {
    this.#runtime.elect(index, coordinatorEpoch);
  }

  resign(index: number): void {
    this.#runtime.resign(index);
  }

  /** Whether the broker still coordinates the transactional id in that epoch. */
  isCurrent(transactionalId: string, coordinatorEpoch: number): boolean {
    return this.#runtime.isCurrent(this.partitionFor(transactionalId), coordinatorEpoch);
  }

  /** Runs an action on every loaded transaction at an interval. */
  everyTransaction(
    intervalMs: number,
    name: TimerName,
    action: (transaction: CachedTransaction, coordinatorEpoch: number) => void,
  ): void {
    this.#runtime.every(intervalMs, name, ({ shard, epoch }) => {
      for (const transaction of shard.transactions.values()) action(transaction, epoch);
    });
  }

  // For invariants and for the check that a cluster converges.

  /** The transactions that the coordinator of a partition in that epoch has in memory; null: it is not loaded. */
  loadedIn(index: number, coordinatorEpoch: number): Iterable<CachedTransaction> | null {
    const context = this.#runtime.context(index);
    const loaded = context?.state === 'active' && context.epoch === coordinatorEpoch;
    return loaded ? context.shard.transactions.values() : null;
  }

  /** The transactional ids with a transaction that has not ended. A partition that is loading is listed itself. */
  get open(): readonly string[] {
    return this.#runtime.contexts.flatMap(({ index, state, shard }) => {
      if (state === 'loading') return [`the log ${index}, which is being loaded`];
      return [...shard.transactions.values()]
        .filter(({ metadata }) => metadata.state === 'Ongoing' || isPreparing(metadata.state))
        .map(({ transactionalId }) => transactionalId);
    });
  }

  // Transactional ids.

  partitionFor(transactionalId: string): number {
    const { configuration } = this.#host.cluster;
    return internalPartitionOf(transactionalId, configuration['transaction.state.log.num.partitions']);
  }

  find(transactionalId: string): FoundTransaction {
    const found = this.#runtime.find(this.partitionFor(transactionalId));
    if (found.error !== null) return found;
    const { epoch, shard } = found.context;
    return {
      error: null,
      coordinatorEpoch: epoch,
      transaction: shard.transactions.get(transactionalId),
    };
  }

  /** Adds a new transactional id to the memory of its coordinator; nothing is written yet. */
  put(transactionalId: string, metadata: TransactionMetadata): CachedTransaction {
    const { shard } = this.#contextOf(transactionalId);
    assert(!shard.transactions.has(transactionalId), 'a transactional id is created once', transactionalId);
    const transaction = new CachedTransaction(transactionalId, metadata);
    shard.transactions.set(transactionalId, transaction);
    return transaction;
  }

  // Transitions.

  /**
   * Writes a transition, which takes effect when the write is committed. Until `done` no other one may begin. A
   * transition that is committed and that the state in memory refuses is never `done`: Kafka throws, and only the next
   * coordinator reads it back.
   */
  append(
    transaction: CachedTransaction,
    coordinatorEpoch: number,
    next: TransactionMetadata,
    done: (error: ErrorCode) => void,
  ): void {
    transaction.pending = next.state;
    this.#changed(transaction);
    this.#write(transaction, coordinatorEpoch, next, (failure, isCurrent) => {
      if (failure === Errors.NONE && isCurrent && transaction.metadata !== next) return;
      const error = this.#settle(transaction, next.state, failure, isCurrent);
      if (isCurrent) this.#changed(transaction);
      done(error);
    });
  }

  /** Removes a transactional id that no producer has used for long. */
  expire(transaction: CachedTransaction, coordinatorEpoch: number): void {
    transaction.pending = 'Dead';
    this.#changed(transaction);
    this.#write(transaction, coordinatorEpoch, null, (failure, isCurrent) => {
      const error = this.#settle(transaction, 'Dead', failure, isCurrent);
      if (error !== Errors.NONE) return;
      const { observer } = this.#host.cluster;
      observer.transactionForgotten(this.#host.brokerId, transaction.transactionalId);
      this.#probe('transactional-id-expired', transaction.metadata.producerId);
    });
  }

  #write(
    { transactionalId }: CachedTransaction,
    coordinatorEpoch: number,
    next: TransactionMetadata | null,
    complete: WriteCompletion,
  ): void {
    const context = this.#contextOf(transactionalId);
    assert(
      context.epoch === coordinatorEpoch,
      'a transition is written in the epoch that decided on it',
      transactionalId,
      context.epoch,
      coordinatorEpoch,
    );
    const batch = transactionRecord(transactionalId, next, this.#host.context.wallMs());
    this.#runtime.append(context, batch, complete);
  }

  /** Returns the client's error for a write that failed. The transition is over, unless it must be written again. */
  #settle(
    transaction: CachedTransaction,
    state: TransactionState,
    failure: ErrorCode,
    isCurrent: boolean,
  ): ErrorCode {
    if (!isCurrent) return Errors.NOT_COORDINATOR;
    const { rules } = this.#host.cluster;
    const error = rules.coordinatorError(failure);
    transaction.writeInDoubt = error !== Errors.NONE;
    if (error === Errors.NONE) transaction.pending = null;
    else {
      this.#probe('transaction-log-write-failed', failure);
      if (rules.clearsPending(state, error)) transaction.pending = null;
    }
    return error;
  }

  #contextOf(transactionalId: string): CoordinatorContext<TransactionShard> {
    const context = this.#runtime.context(this.partitionFor(transactionalId));
    assert(context !== undefined, 'this broker coordinates the transactional id', transactionalId);
    return context;
  }

  #changed(transaction: CachedTransaction): void {
    this.#host.cluster.observer.transactionChanged(this.#host.brokerId, transaction);
  }

  #probe(name: 'transactional-id-expired' | 'transaction-log-write-failed', detail: number): void {
    const { context } = this.#host;
    context.world.probe(Probe[name], context.host, detail, 0);
  }
}
