import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { internalPartitionOf, TRANSACTION_STATE_TOPIC } from '../../../kafka/internal-records.ts';
import type { TransactionMetadata, TransactionState } from '../../../kafka/internal-records.ts';
import { partitionName } from '../../../kafka/partition-name.ts';
import { isPreparing } from '../../rules/transaction-states.ts';
import type { TransactionEntry } from '../../rules/transaction-coordinator.ts';
import { Purpose } from '../../catalogue/purposes.ts';
import { Probe } from '../../catalogue/probes.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { CoordinatorHost } from '../coordinator-host.ts';
import { replayTransactions, transactionRecord } from './transaction-log.ts';

/** Reading the log back takes a moment, in which nobody is served. */
const LOAD_MS = { min: 0, max: 20 };

/** A transactional id in the memory of its coordinator. */
export class CachedTransaction implements TransactionEntry {
  readonly transactionalId: string;
  metadata: TransactionMetadata;
  pending: TransactionState | null = null;
  failedFence = false;
  /** The last write came back with an error, and may be in the log all the same. For those who look from outside. */
  writeInDoubt = false;

  constructor(transactionalId: string, metadata: TransactionMetadata) {
    this.transactionalId = transactionalId;
    this.metadata = metadata;
  }
}

/** A partition of the transaction log that this broker leads. */
interface LedPartition {
  readonly index: number;
  /** Its leader epoch: all that is decided in it is void in a later one. */
  readonly coordinatorEpoch: number;
  loading: boolean;
  readonly transactions: Map<string, CachedTransaction>;
}

export type Found =
  | { readonly error: ErrorCode }
  | {
      readonly error: null;
      readonly coordinatorEpoch: number;
      /** Undefined: nobody has used the id before. */
      readonly transaction: CachedTransaction | undefined;
    };

/** Transactional ids by the log that keeps them: a transition holds when it is committed there (Kafka's class of that name). */
export class TransactionStateManager {
  readonly #host: CoordinatorHost;
  readonly #led = new Map<number, LedPartition>();

  constructor(host: CoordinatorHost) {
    this.#host = host;
  }

  /** What is in memory, for those who look from outside: no partition that is still being loaded. */
  get loaded(): readonly LedPartition[] {
    return [...this.#led.values()].filter(({ loading }) => !loading);
  }

  /** What is in memory of one partition of the log, by its coordinator in that epoch; null: nothing yet, or no more. */
  loadedIn(index: number, coordinatorEpoch: number): Iterable<CachedTransaction> | null {
    const led = this.#led.get(index);
    const loaded = led !== undefined && !led.loading && led.coordinatorEpoch === coordinatorEpoch;
    return loaded ? led.transactions.values() : null;
  }

  /** Transactional ids with a transaction that has not come to its end; an id that is being read back counts, too. */
  get open(): readonly string[] {
    return [...this.#led.values()].flatMap(({ index, loading, transactions }) => {
      if (loading) return [`the log ${index}, which is being loaded`];
      return [...transactions.values()]
        .filter(({ metadata }) => metadata.state === 'Ongoing' || isPreparing(metadata.state))
        .map(({ transactionalId }) => transactionalId);
    });
  }

  partitionFor(transactionalId: string): number {
    const { configuration } = this.#host.cluster;
    return internalPartitionOf(transactionalId, configuration['transaction.state.log.num.partitions']);
  }

  find(transactionalId: string): Found {
    const led = this.#led.get(this.partitionFor(transactionalId));
    if (led === undefined) return { error: Errors.NOT_COORDINATOR };
    if (led.loading) return { error: Errors.COORDINATOR_LOAD_IN_PROGRESS };
    const { coordinatorEpoch, transactions } = led;
    return { error: null, coordinatorEpoch, transaction: transactions.get(transactionalId) };
  }

  /** Takes a new transactional id into the memory; nothing is written yet. */
  put(transactionalId: string, metadata: TransactionMetadata): CachedTransaction {
    const transaction = new CachedTransaction(transactionalId, metadata);
    this.#led.get(this.partitionFor(transactionalId))?.transactions.set(transactionalId, transaction);
    return transaction;
  }

  /** Whether the broker is still coordinator in that epoch. */
  isCurrent(transactionalId: string, coordinatorEpoch: number): boolean {
    return this.#led.get(this.partitionFor(transactionalId))?.coordinatorEpoch === coordinatorEpoch;
  }

  /**
   * Writes a transition; it is made when the write is committed. Until `done` no other one may begin. One that is
   * written and cannot be made is never `done`: Kafka throws, and only another coordinator reads it back.
   */
  append(
    transaction: CachedTransaction,
    coordinatorEpoch: number,
    next: TransactionMetadata,
    done: (error: ErrorCode) => void,
  ): void {
    transaction.pending = next.state;
    const { rules } = this.#host.cluster;
    this.#changed(transaction);
    this.#write(transaction, next, (failure) => {
      const current = this.isCurrent(transaction.transactionalId, coordinatorEpoch);
      const { metadata } = transaction;
      if (failure === Errors.NONE && current && !rules.completesTransition(metadata, next)) return;
      const error = this.#settle(transaction, coordinatorEpoch, next.state, failure);
      if (error === Errors.NONE) transaction.metadata = next;
      if (this.isCurrent(transaction.transactionalId, coordinatorEpoch)) this.#changed(transaction);
      done(error);
    });
  }

  /** Forgets a transactional id that nobody uses any more. */
  expire(transaction: CachedTransaction, coordinatorEpoch: number): void {
    transaction.pending = 'Dead';
    this.#changed(transaction);
    this.#write(transaction, null, (failure) => {
      const error = this.#settle(transaction, coordinatorEpoch, 'Dead', failure);
      if (error !== Errors.NONE) return;
      this.#led
        .get(this.partitionFor(transaction.transactionalId))
        ?.transactions.delete(transaction.transactionalId);
      this.#forgotten(transaction.transactionalId);
      this.#probe('transactional-id-expired', transaction.metadata.producerId);
    });
  }

  #write(
    { transactionalId }: CachedTransaction,
    next: TransactionMetadata | null,
    done: (error: ErrorCode) => void,
  ): void {
    const { context } = this.#host;
    const partition = partitionName(TRANSACTION_STATE_TOPIC, this.partitionFor(transactionalId));
    const batch = transactionRecord(transactionalId, next, context.wallMs());
    this.#host.appendAsCoordinator(partition, batch, done);
  }

  /** What the failure of a write means to a client; the transition is over unless it has to be written again. */
  #settle(
    transaction: CachedTransaction,
    coordinatorEpoch: number,
    state: TransactionState,
    failure: ErrorCode,
  ): ErrorCode {
    const { rules } = this.#host.cluster;
    if (!this.isCurrent(transaction.transactionalId, coordinatorEpoch)) return Errors.NOT_COORDINATOR;
    const error = rules.coordinatorError(failure);
    transaction.writeInDoubt = error !== Errors.NONE;
    if (error === Errors.NONE) transaction.pending = null;
    else {
      this.#probe('transaction-log-write-failed', failure);
      if (rules.clearsPending(state, error)) transaction.pending = null;
    }
    return error;
  }

  // Leadership of the log's partitions.

  /** Reads the log back; `onLoaded` is told of each transaction whose markers may be missing. */
  load(
    index: number,
    coordinatorEpoch: number,
    onPrepared: (transaction: CachedTransaction, coordinatorEpoch: number) => void,
  ): void {
    this.#forget(index);
    const led: LedPartition = { index, coordinatorEpoch, loading: true, transactions: new Map() };
    this.#led.set(index, led);
    const { context } = this.#host;
    const { world } = context;
    const delayMs = world.draws.between(
      LOAD_MS.min,
      LOAD_MS.max,
      Purpose.CoordinatorLoad,
      world.cause,
      index,
    );
    const loaded = (): void => {
      if (this.#led.get(index) !== led) return;
      const replica = this.#host.replica(partitionName(TRANSACTION_STATE_TOPIC, index));
      const { rules } = this.#host.cluster;
      // While it loads nobody appends.
      if (
        replica !== undefined &&
        !rules.mayServeLoadedLog(replica.highWatermark, replica.log.logEndOffset)
      ) {
        context.after(LOAD_MS.max, TimerName.CoordinatorLoad, loaded);
        return;
      }
      for (const [transactionalId, written] of replayTransactions(replica?.log.batches ?? [])) {
        const metadata = rules.transactionFromLog(written);
        const transaction = new CachedTransaction(transactionalId, metadata);
        led.transactions.set(transactionalId, transaction);
        this.#changed(transaction);
      }
      led.loading = false;
      context.world.probe(Probe['transaction-coordinator-loaded'], context.host, index, coordinatorEpoch);
      for (const transaction of led.transactions.values()) {
        if (rules.resendsMarkersOnLoad(transaction.metadata.state)) onPrepared(transaction, coordinatorEpoch);
      }
    };
    context.after(delayMs, TimerName.CoordinatorLoad, loaded);
  }

  unload(index: number): void {
    this.#forget(index);
    this.#led.delete(index);
  }

  #forget(index: number): void {
    for (const transactionalId of this.#led.get(index)?.transactions.keys() ?? []) {
      this.#forgotten(transactionalId);
    }
  }

  #changed(transaction: CachedTransaction): void {
    this.#host.cluster.observer.transactionChanged(this.#host.brokerId, transaction);
  }

  #forgotten(transactionalId: string): void {
    this.#host.cluster.observer.transactionForgotten(this.#host.brokerId, transactionalId);
  }

  #probe(name: 'transactional-id-expired' | 'transaction-log-write-failed', detail: number): void {
    const { context } = this.#host;
    context.world.probe(Probe[name], context.host, detail, 0);
  }
}
