import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import type { TransactionMetadata } from '../../../kafka/internal-records.ts';
import { NetworkClient } from '../../net/network-client.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type { WriteTxnMarkersRequest } from '../../protocol/transaction-messages.ts';
import { Probe } from '../../catalogue/probes.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { CoordinatorHost } from '../coordinator-host.ts';
import type { CachedTransaction } from './transaction-shard.ts';
import type { TransactionStateManager } from './transaction-state-manager.ts';

/** Kafka's default of reconnect.backoff.ms, which sets the pace of retries there. */
const RETRY_MS = 50;

/** A transaction whose outcome is in the log, and whose markers are not all written. */
interface PendingCompleteTxn {
  readonly transaction: CachedTransaction;
  readonly coordinatorEpoch: number;
  readonly prepared: TransactionMetadata;
  readonly partitionsLeft: Set<PartitionName>;
  /** The record that completes it is being written. */
  completing: boolean;
}

/**
 * Sends the markers of a transaction to the leaders of its partitions until each has written them, then writes that the
 * transaction is complete (Kafka's class of that name).
 */
export class TransactionMarkerChannelManager {
  readonly #host: CoordinatorHost;
  readonly #transactions: TransactionStateManager;
  readonly #pending = new Map<string, PendingCompleteTxn>();
  readonly #channels = new Map<number, NetworkClient>();

  constructor(host: CoordinatorHost, transactions: TransactionStateManager) {
    this.#host = host;
    this.#transactions = transactions;
  }

  /** Sends the markers of a transaction whose Prepare record is committed. */
  addTxnMarkersToSend(transaction: CachedTransaction, coordinatorEpoch: number): void {
    const prepared = transaction.metadata;
    const pending: PendingCompleteTxn = {
      transaction,
      coordinatorEpoch,
      prepared,
      partitionsLeft: new Set(prepared.partitions),
      completing: false,
    };
    this.#pending.set(transaction.transactionalId, pending);
    this.#send(pending, prepared.partitions);
  }

  /** Stops sending for a partition of the log that this broker coordinates no longer, or in a new epoch. */
  removeMarkersOf(index: number): void {
    for (const transactionalId of this.#pending.keys()) {
      if (this.#transactions.partitionFor(transactionalId) === index) this.#pending.delete(transactionalId);
    }
  }

  #send(pending: PendingCompleteTxn, partitions: readonly PartitionName[]): void {
    const byLeader = new Map<number, PartitionName[]>();
    for (const partition of partitions) {
      const record = this.#host.image.partitions.get(partition);
      if (record === undefined) {
        // Its topic was deleted, and with it the transaction there; unless the topic was created again and this broker
        // has not applied that yet.
        pending.partitionsLeft.delete(partition);
        this.#host.cluster.observer.markerSkipped(partition, pending.prepared.producerId);
        continue;
      }
      const { leader } = record;
      const together = byLeader.get(leader);
      if (together === undefined) byLeader.set(leader, [partition]);
      else together.push(partition);
    }
    for (const [leader, together] of byLeader) {
      if (leader === -1) this.#sendLater(pending, together);
      else this.#sendTo(leader, pending, together);
    }
    this.#completeIfDone(pending);
  }

  #sendTo(leader: number, pending: PendingCompleteTxn, partitions: readonly PartitionName[]): void {
    const { prepared, coordinatorEpoch, transaction } = pending;
    const request: WriteTxnMarkersRequest = {
      api: Api.WriteTxnMarkers,
      producerId: prepared.producerId,
      producerEpoch: prepared.producerEpoch,
      coordinatorEpoch,
      committed: prepared.state === 'PrepareCommit',
      transactionVersion: prepared.version,
      partitions,
    };
    this.#channel(leader).send(request, (response) => {
      const results =
        response?.partitions ??
        partitions.map((partition) => ({ partition, error: Errors.NETWORK_EXCEPTION as ErrorCode }));
      this.#onResponse(transaction.transactionalId, coordinatorEpoch, results);
    });
  }

  #onResponse(
    transactionalId: string,
    coordinatorEpoch: number,
    results: readonly { readonly partition: PartitionName; readonly error: ErrorCode }[],
  ): void {
    const { rules } = this.#host.cluster;
    const pending = this.#pending.get(transactionalId);
    if (pending === undefined) return;
    if (!this.#transactions.isCurrent(transactionalId, coordinatorEpoch)) {
      // The markers were sent in an earlier epoch; those that are pending now may be others.
      if (rules.isAnswerToMarkers(pending.coordinatorEpoch, coordinatorEpoch)) {
        this.#pending.delete(transactionalId);
      }
      return;
    }
    const retries: PartitionName[] = [];
    for (const { partition, error } of results) {
      const next = rules.afterMarker(error);
      if (next === 'leave') {
        const { context } = this.#host;
        context.world.probe(Probe['transaction-markers-given-up'], context.host, error, coordinatorEpoch);
        this.#pending.delete(transactionalId);
        return;
      }
      if (next === 'done') pending.partitionsLeft.delete(partition);
      else if (pending.partitionsLeft.has(partition)) retries.push(partition);
    }
    if (retries.length > 0) this.#sendLater(pending, retries);
    this.#completeIfDone(pending);
  }

  #sendLater(pending: PendingCompleteTxn, partitions: readonly PartitionName[]): void {
    this.#later(pending, () => this.#send(pending, partitions));
  }

  #later(pending: PendingCompleteTxn, action: () => void): void {
    this.#host.context.after(RETRY_MS, TimerName.TxnMarkerRetry, () => {
      if (this.#pending.get(pending.transaction.transactionalId) === pending) action();
    });
  }

  #completeIfDone(pending: PendingCompleteTxn): void {
    if (pending.partitionsLeft.size > 0 || pending.completing) return;
    pending.completing = true;
    const { transaction, coordinatorEpoch, prepared } = pending;
    const { context, cluster } = this.#host;
    const next = cluster.rules.completedEnd(prepared, context.wallMs());
    this.#transactions.append(transaction, coordinatorEpoch, next, (error) => {
      if (this.#pending.get(transaction.transactionalId) !== pending) return;
      if (error === Errors.COORDINATOR_NOT_AVAILABLE) {
        this.#later(pending, () => {
          pending.completing = false;
          this.#completeIfDone(pending);
        });
        return;
      }
      this.#pending.delete(transaction.transactionalId);
      if (error !== Errors.NONE) return;
      transaction.failedFence = false;
      context.world.probe(
        Probe['transaction-completed'],
        context.host,
        next.producerEpoch,
        next.state === 'CompleteCommit' ? 1 : 0,
      );
    });
  }

  #channel(broker: number): NetworkClient {
    const existing = this.#channels.get(broker);
    if (existing !== undefined) return existing;
    const { context, cluster } = this.#host;
    const host = cluster.directory.broker(broker);
    const channel = new NetworkClient(context, host, cluster.configuration['request.timeout.ms']);
    this.#channels.set(broker, channel);
    return channel;
  }
}
