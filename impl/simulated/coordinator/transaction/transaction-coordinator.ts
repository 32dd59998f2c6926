import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { CONSUMER_OFFSETS_TOPIC, internalPartitionOf } from '../../../kafka/internal-records.ts';
import type { TransactionMetadata } from '../../../kafka/internal-records.ts';
import type { InitProducerIdRequest, InitProducerIdResponse } from '../../protocol/messages.ts';
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from '../../../kafka/records.ts';
import { partitionName } from '../../../kafka/partition-name.ts';
import type { PartitionName } from '../../../kafka/partition-name.ts';
import type {
  AddOffsetsToTxnRequest,
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponse,
  EndTxnRequest,
  EndTxnResponse,
} from '../../protocol/transaction-messages.ts';
import type { ProducerIdentity } from '../../rules/transaction-coordinator.ts';
import type { TransactionVersion } from '../../rules/transaction-state.ts';
import { Probe } from '../../catalogue/probes.ts';
import type { ProbeName } from '../../catalogue/probes.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { CoordinatorHost } from '../coordinator-host.ts';
import { TransactionMarkerChannelManager } from './transaction-marker-channel-manager.ts';
import { TransactionStateManager } from './transaction-state-manager.ts';
import type { CachedTransaction } from './transaction-shard.ts';

/** The identity in a response that carries none. */
const NO_PRODUCER: ProducerIdentity = { producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH };

/** How a transaction ends. */
interface Outcome {
  readonly commit: boolean;
  /** The coordinator ends the transaction itself, with an epoch that fences the producer. */
  readonly fences: boolean;
  /** NO_PRODUCER_ID: the producer keeps its id. */
  readonly nextProducerId: number;
}

/** Serves the requests about transactional ids, and ends transactions that time out (Kafka's class of that name). */
export class TransactionCoordinator {
  readonly transactions: TransactionStateManager;
  readonly #host: CoordinatorHost;
  readonly #markers: TransactionMarkerChannelManager;
  #started = false;

  constructor(host: CoordinatorHost) {
    this.#host = host;
    this.transactions = new TransactionStateManager(host, (transaction, epoch) =>
      this.#takeOverPrepared(transaction, epoch),
    );
    this.#markers = new TransactionMarkerChannelManager(host, this.transactions);
  }

  // Leadership of the log's partitions.

  onElection(index: number, coordinatorEpoch: number): void {
    this.#markers.removeMarkersOf(index);
    this.transactions.elect(index, coordinatorEpoch);
    if (!this.#started) this.#startTimers();
  }

  onResignation(index: number): void {
    this.transactions.resign(index);
    this.#markers.removeMarkersOf(index);
  }

  #takeOverPrepared(transaction: CachedTransaction, coordinatorEpoch: number): void {
    this.#probe('prepared-transaction-taken-over', transaction.metadata.producerEpoch, coordinatorEpoch);
    this.#markers.addTxnMarkersToSend(transaction, coordinatorEpoch);
  }

  #startTimers(): void {
    this.#started = true;
    const { configuration } = this.#host.cluster;
    this.transactions.everyTransaction(
      configuration['transaction.abort.timed.out.transaction.cleanup.interval.ms'],
      TimerName.TransactionTimeoutCheck,
      this.#abortIfTimedOut,
    );
    this.transactions.everyTransaction(
      configuration['transaction.remove.expired.transaction.cleanup.interval.ms'],
      TimerName.TransactionalIdExpiry,
      this.#removeIfExpired,
    );
  }

  // InitProducerId.

  initProducerId(
    request: InitProducerIdRequest & { readonly transactionalId: string },
    respond: (response: InitProducerIdResponse) => void,
  ): void {
    const answer = (error: ErrorCode, { producerId, producerEpoch }: ProducerIdentity = NO_PRODUCER): void =>
      respond({ api: Api.InitProducerId, error, producerId, producerEpoch });
    const { transactionalId, transactionTimeoutMs } = request;
    const { configuration, rules } = this.#host.cluster;
    if (transactionTimeoutMs > configuration['transaction.max.timeout.ms']) {
      return answer(Errors.INVALID_TRANSACTION_TIMEOUT);
    }
    const found = this.transactions.find(transactionalId);
    if (found.error !== null) return answer(found.error);
    const nowMs = this.#host.context.wallMs();
    let { transaction } = found;
    if (transaction === undefined) {
      const producerId = this.#host.nextProducerId();
      if (producerId === null) return answer(Errors.COORDINATOR_LOAD_IN_PROGRESS);
      const created = rules.newTransactionalId(producerId, transactionTimeoutMs, nowMs);
      transaction = this.transactions.put(transactionalId, created);
    }
    const expected = request.producerId === NO_PRODUCER_ID ? null : request;
    const decision = rules.initProducerId(transaction, expected, this.#maxEpoch);
    if (decision.is === 'refused') return answer(decision.error);
    if (decision.is === 'fence') {
      // The client retries in any case; its retry finds the transaction aborted.
      const fencing = rules.fencingEpoch(transaction, this.#maxEpoch);
      this.#probe('producer-fenced', fencing ?? NO_PRODUCER_EPOCH, 0);
      return this.#abort(transaction, found.coordinatorEpoch, fencing, (error) =>
        answer(error === Errors.NONE ? Errors.CONCURRENT_TRANSACTIONS : error),
      );
    }
    let { producerId } = transaction.metadata;
    if (decision.is === 'rotate') {
      const another = this.#host.nextProducerId();
      if (another === null) return answer(Errors.COORDINATOR_LOAD_IN_PROGRESS);
      this.#probe('producer-id-rotated', another, 0);
      producerId = another;
    }
    const producerEpoch = decision.is === 'rotate' ? 0 : decision.producerEpoch;
    const next: TransactionMetadata = {
      ...transaction.metadata,
      previousProducerId: transaction.metadata.producerId,
      producerId,
      producerEpoch,
      lastProducerEpoch: decision.lastProducerEpoch,
      timeoutMs: transactionTimeoutMs,
      state: 'Empty',
      partitions: [],
      startMs: -1,
      lastUpdateMs: nowMs,
    };
    this.transactions.append(transaction, found.coordinatorEpoch, next, (error) =>
      answer(error, error === Errors.NONE ? { producerId, producerEpoch } : NO_PRODUCER),
    );
  }

  // AddPartitionsToTxn, AddOffsetsToTxn.

  addPartitions(
    request: AddPartitionsToTxnRequest,
    respond: (response: AddPartitionsToTxnResponse) => void,
  ): void {
    const { transactionalId, partitions } = request;
    const answer = (errorOf: (partition: PartitionName) => ErrorCode): void =>
      respond({
        api: Api.AddPartitionsToTxn,
        partitions: partitions.map((partition) => ({ partition, error: errorOf(partition) })),
      });
    // One partition that is not in this broker's metadata fails the whole request (KafkaApis). Otherwise: a topic is
    // deleted and created again under the same name, this broker has applied the deletion only, the producer adds the
    // new partition, and no marker is ever sent there.
    const isKnown = (partition: PartitionName): boolean => this.#host.image.partitions.has(partition);
    if (!partitions.every(isKnown)) {
      return answer((partition) =>
        isKnown(partition) ? Errors.OPERATION_NOT_ATTEMPTED : Errors.UNKNOWN_TOPIC_OR_PARTITION,
      );
    }
    if (!request.verifyOnly) {
      this.#add(transactionalId, request, partitions, (error) => answer(() => error));
      return;
    }
    const found = this.transactions.find(transactionalId);
    if (found.error !== null) return answer(() => found.error);
    const { transaction } = found;
    if (transaction === undefined) return answer(() => Errors.INVALID_PRODUCER_ID_MAPPING);
    answer((partition) => this.#host.cluster.rules.verifyPartition(transaction, request, partition));
  }

  addOffsets(request: AddOffsetsToTxnRequest, done: (error: ErrorCode) => void): void {
    const { configuration } = this.#host.cluster;
    const index = internalPartitionOf(request.group, configuration['offsets.topic.num.partitions']);
    this.#add(request.transactionalId, request, [partitionName(CONSUMER_OFFSETS_TOPIC, index)], done);
  }

  #add(
    transactionalId: string,
    producer: ProducerIdentity,
    partitions: readonly PartitionName[],
    done: (error: ErrorCode) => void,
  ): void {
    const { rules } = this.#host.cluster;
    const found = this.transactions.find(transactionalId);
    if (found.error !== null) return done(found.error);
    const { transaction, coordinatorEpoch } = found;
    if (transaction === undefined) return done(Errors.INVALID_PRODUCER_ID_MAPPING);
    const decision = rules.addPartitions(transaction, producer, partitions);
    if (decision.is === 'refused') return done(decision.error);
    if (decision.is === 'there') return done(Errors.NONE);
    const { metadata } = transaction;
    if (metadata.state !== 'Ongoing') this.#probe('transaction-began', metadata.producerEpoch, 0);
    const nowMs = this.#host.context.wallMs();
    const next = rules.withPartitions(metadata, partitions, this.#version, nowMs);
    this.transactions.append(transaction, coordinatorEpoch, next, (error) => {
      if (error === Errors.NONE) this.#probe('transaction-partition-added', next.producerEpoch, 0);
      done(error);
    });
  }

  // EndTxn.

  endTransaction(request: EndTxnRequest, respond: (response: EndTxnResponse) => void): void {
    const answer = (error: ErrorCode, { producerId, producerEpoch }: ProducerIdentity = NO_PRODUCER): void =>
      respond({ api: Api.EndTxn, error, producerId, producerEpoch });
    const { rules } = this.#host.cluster;
    const found = this.transactions.find(request.transactionalId);
    if (found.error !== null) return answer(found.error);
    const { transaction, coordinatorEpoch } = found;
    if (transaction === undefined) return answer(Errors.INVALID_PRODUCER_ID_MAPPING);
    const { producerId, producerEpoch, committed: commit } = request;
    const requested = { producerId, producerEpoch, commit };
    const decision =
      this.#version === 2
        ? rules.endTransactionV2(transaction, requested, this.#maxEpoch)
        : rules.endTransactionV1(transaction, requested);
    if (decision.is === 'refused') return answer(decision.error);
    // With version 1 the producer keeps its identity; with version 2 the response carries the next one (KAFKA-18660).
    const nextIdentity = ({ metadata }: CachedTransaction): ProducerIdentity =>
      this.#version === 2 ? rules.producerInEndTxnResponse(metadata) : NO_PRODUCER;
    if (decision.is === 'done') {
      this.#probe('end-transaction-repeated', producerEpoch, commit ? 1 : 0);
      return answer(Errors.NONE, nextIdentity(transaction));
    }
    const nextProducerId = decision.rotates ? this.#host.nextProducerId() : NO_PRODUCER_ID;
    if (nextProducerId === null) return answer(Errors.COORDINATOR_LOAD_IN_PROGRESS);
    const outcome = { commit, fences: false, nextProducerId };
    this.#prepare(transaction, coordinatorEpoch, outcome, (error) =>
      answer(error, error === Errors.NONE ? nextIdentity(transaction) : NO_PRODUCER),
    );
  }

  /** Writes the outcome to the log, calls `done` when it is committed or has failed, and sends the markers after a commit. */
  #prepare(
    transaction: CachedTransaction,
    coordinatorEpoch: number,
    { commit, fences, nextProducerId }: Outcome,
    done: (error: ErrorCode) => void,
  ): void {
    const { rules } = this.#host.cluster;
    const next = rules.preparedEnd(transaction.metadata, commit, {
      version: this.#version,
      maxEpoch: this.#maxEpoch,
      nextProducerId,
      fences,
      nowMs: this.#host.context.wallMs(),
    });
    this.transactions.append(transaction, coordinatorEpoch, next, (error) => {
      if (error === Errors.NONE) {
        this.#probe(
          commit ? 'prepare-commit-written' : 'prepare-abort-written',
          next.producerEpoch,
          coordinatorEpoch,
        );
        if (nextProducerId !== NO_PRODUCER_ID) this.#probe('producer-id-rotated', nextProducerId, 0);
      }
      done(error);
      if (error === Errors.NONE) this.#markers.addTxnMarkersToSend(transaction, coordinatorEpoch);
    });
  }

  /** Aborts an open transaction with an epoch that fences its producer; `epoch` is null when none is left. */
  #abort(
    transaction: CachedTransaction,
    coordinatorEpoch: number,
    epoch: number | null,
    done: (error: ErrorCode) => void,
  ): void {
    const { rules } = this.#host.cluster;
    let nextProducerId: number | null = NO_PRODUCER_ID;
    if (this.#version === 2) {
      // The Prepare record takes the new epoch, and only one (KAFKA-19367); after the last epoch the id changes (KAFKA-20090).
      const { producerEpoch } = transaction.metadata;
      if (rules.rotatesWhenFencing(producerEpoch, this.#maxEpoch)) {
        nextProducerId = this.#host.nextProducerId();
      }
    } else {
      if (epoch === null) return done(Errors.UNKNOWN_SERVER_ERROR);
      // The producer is fenced from now on, also if the write fails.
      transaction.metadata = {
        ...transaction.metadata,
        producerEpoch: epoch,
        lastProducerEpoch: NO_PRODUCER_EPOCH,
      };
    }
    if (nextProducerId === null) return done(Errors.COORDINATOR_LOAD_IN_PROGRESS);
    const outcome = { commit: false, fences: true, nextProducerId };
    this.#prepare(transaction, coordinatorEpoch, outcome, (error) => {
      if (error !== Errors.NONE && error !== Errors.NOT_COORDINATOR) transaction.failedFence = true;
      done(error);
    });
  }

  // Time.

  readonly #abortIfTimedOut = (transaction: CachedTransaction, coordinatorEpoch: number): void => {
    const { rules } = this.#host.cluster;
    if (!rules.isTimedOut(transaction, this.#host.context.wallMs())) return;
    const fencing = rules.fencingEpoch(transaction, this.#maxEpoch);
    const epoch = rules.timeoutEpoch(transaction, fencing);
    this.#probe('transaction-timed-out', epoch ?? NO_PRODUCER_EPOCH, 0);
    this.#abort(transaction, coordinatorEpoch, epoch, () => {});
  };

  readonly #removeIfExpired = (transaction: CachedTransaction, coordinatorEpoch: number): void => {
    const { rules, configuration } = this.#host.cluster;
    const nowMs = this.#host.context.wallMs();
    if (rules.isExpired(transaction, nowMs, configuration['transactional.id.expiration.ms']))
      this.transactions.expire(transaction, coordinatorEpoch);
  };

  get #version(): TransactionVersion {
    return this.#host.cluster.configuration['transaction.version'] >= 2 ? 2 : 1;
  }

  get #maxEpoch(): number {
    return this.#host.cluster.configuration['crucible.max.producer.epoch'];
  }

  #probe(name: ProbeName, a: number, b: number): void {
    const { context } = this.#host;
    context.world.probe(Probe[name], context.host, a, b);
  }
}
