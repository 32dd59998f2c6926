import { assert } from '../../../assert.ts';
import type {
  InternalRecord,
  TransactionMetadata,
  TransactionState,
} from '../../../kafka/internal-records.ts';
import { Probe } from '../../catalogue/probes.ts';
import type { TransactionEntry } from '../../rules/transaction-coordinator.ts';
import type { CoordinatorHost } from '../coordinator-host.ts';
import type { CoordinatorShard } from '../runtime/coordinator-shard.ts';

/** A transactional id in the memory of its coordinator. */
export class CachedTransaction implements TransactionEntry {
  readonly transactionalId: string;
  metadata: TransactionMetadata;
  pending: TransactionState | null = null;
  failedFence = false;
  /** The last write came back with an error, and may be in the log all the same. For invariants and reports only. */
  writeInDoubt = false;

  constructor(transactionalId: string, metadata: TransactionMetadata) {
    this.transactionalId = transactionalId;
    this.metadata = metadata;
  }
}

/** Notified of a loaded transaction whose outcome is decided and whose markers may be missing. */
export type OnPrepared = (transaction: CachedTransaction, coordinatorEpoch: number) => void;

/**
 * The transactional ids of one partition of the transaction log. The last committed record of an id is its state.
 * Kafka compacts the log; replaying the whole of it gives the same state.
 */
export class TransactionShard implements CoordinatorShard {
  readonly index: number;
  /** The leader epoch of the partition. */
  readonly coordinatorEpoch: number;
  readonly transactions = new Map<string, CachedTransaction>();
  readonly #host: CoordinatorHost;
  readonly #onPrepared: OnPrepared;

  constructor(host: CoordinatorHost, index: number, coordinatorEpoch: number, onPrepared: OnPrepared) {
    this.#host = host;
    this.index = index;
    this.coordinatorEpoch = coordinatorEpoch;
    this.#onPrepared = onPrepared;
  }

  /** A transition that the state in memory refuses changes nothing; see `TransactionStateManager.append`. */
  replay(_offset: number, _producerId: number, _producerEpoch: number, record: InternalRecord): void {
    assert(record.type === 'transaction', 'the transaction log holds transactions', record.type);
    const { transactionalId, metadata } = record;
    if (metadata === null) {
      this.transactions.delete(transactionalId);
      return;
    }
    const known = this.transactions.get(transactionalId);
    if (known === undefined) {
      this.transactions.set(transactionalId, new CachedTransaction(transactionalId, metadata));
      return;
    }
    const { rules } = this.#host.cluster;
    if (known.pending !== null && !rules.completesTransition(known.metadata, metadata)) return;
    known.metadata = metadata;
  }

  replayEndTransactionMarker(): void {
    assert(false, 'the transaction log holds no markers', this.index);
  }

  onLoaded(): void {
    const { rules, observer } = this.#host.cluster;
    const { context, brokerId } = this.#host;
    for (const transaction of this.transactions.values()) {
      transaction.metadata = rules.transactionFromLog(transaction.metadata);
      observer.transactionChanged(brokerId, transaction);
    }
    context.world.probe(
      Probe['transaction-coordinator-loaded'],
      context.host,
      this.index,
      this.coordinatorEpoch,
    );
    for (const transaction of this.transactions.values()) {
      if (rules.resendsMarkersOnLoad(transaction.metadata.state))
        this.#onPrepared(transaction, this.coordinatorEpoch);
    }
  }

  onUnloaded(): void {
    const { observer } = this.#host.cluster;
    for (const transactionalId of this.transactions.keys())
      observer.transactionForgotten(this.#host.brokerId, transactionalId);
  }
}
