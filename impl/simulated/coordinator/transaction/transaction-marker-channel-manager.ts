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
import type { CachedTransaction, TransactionStateManager } from './transaction-state-manager.ts';

/** Kafka's default of reconnect.backoff.ms, which paces it there. */
const RETRY_MS = 50;

/** A transaction whose outcome is in the log, and whose markers are not all written. */
interface PendingCompleteTxn {
  readonly transaction: CachedTransaction;
  readonly coordinatorEpoch: number;
  readonly prepared: TransactionMetadata;
  readonly partitionsLeft: Set<PartitionName>;
  /** Its completion is on its way to the log. */
  completing: boolean;
}

/** Brings markers to the leaders of the partitions of a transaction, as often as it takes, and then writes that it is complete (Kafka's class of that name). */
export class TransactionMarkerChannelManager {
  readonly #host: CoordinatorHost;
  readonly #transactions: TransactionStateManager;
  readonly #pending = new Map<string, PendingCompleteTxn>();
  readonly #channels = new Map<number, NetworkClient>();

  constructor(host: CoordinatorHost, transactions: TransactionStateManager) {
    this.#host = host;
    this.#transactions = transactions;
  }

  /** The transaction's Prepare is committed: everybody shall hear of it. */
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

  /** The broker coordinates that partition of the log no more. */
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
        // Its topic was deleted, and the transaction there with it; unless it is made anew, and this broker has not heard.
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
      const answers =
        response?.partitions ??
        partitions.map((partition) => ({ partition, error: Errors.NETWORK_EXCEPTION as ErrorCode }));
      this.#answered(transaction.transactionalId, coordinatorEpoch, answers);
    });
  }

  #answered(
    transactionalId: string,
    coordinatorEpoch: number,
    answers: readonly { readonly partition: PartitionName; readonly error: ErrorCode }[],
  ): void {
    const { rules } = this.#host.cluster;
    const pending = this.#pending.get(transactionalId);
    if (pending === undefined) return;
    if (!this.#transactions.isCurrent(transactionalId, coordinatorEpoch)) {
      // Sent in an earlier term: what is under way now is another matter.
      if (rules.isAnswerToMarkers(pending.coordinatorEpoch, coordinatorEpoch)) {
        this.#pending.delete(transactionalId);
      }
      return;
    }
    const again: PartitionName[] = [];
    for (const { partition, error } of answers) {
      const next = rules.afterMarker(error);
      if (next === 'leave') {
        const { context } = this.#host;
        context.world.probe(Probe['transaction-markers-given-up'], context.host, error, coordinatorEpoch);
        this.#pending.delete(transactionalId);
        return;
      }
      if (next === 'done') pending.partitionsLeft.delete(partition);
      else if (pending.partitionsLeft.has(partition)) again.push(partition);
    }
    if (again.length > 0) this.#sendLater(pending, again);
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
