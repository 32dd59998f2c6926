import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import {
  CONSUMER_OFFSETS_TOPIC,
  internalPartitionOf,
  TRANSACTION_STATE_TOPIC,
} from '../../kafka/internal-records.ts';
import type { MetadataRecord, PartitionRecord } from '../protocol/metadata-records.ts';
import type {
  InitProducerIdRequest,
  InitProducerIdResponse,
  MetadataResponse,
} from '../protocol/messages.ts';
import { partitionName } from '../../kafka/partition-name.ts';
import type { UnplacedBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { FindCoordinatorRequest, FindCoordinatorResponse } from '../protocol/transaction-messages.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { BrokerRegistration, ClusterImage } from '../metadata/cluster-image.ts';
import type { CoordinatorHost } from '../coordinator/coordinator-host.ts';
import { GroupCoordinator } from '../coordinator/group/group-coordinator.ts';
import { TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import type { TransactionStateManager } from '../coordinator/transaction/transaction-state-manager.ts';
import type { MetadataSnapshot } from '../protocol/metadata-snapshot.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import type { Message } from '../net/message.ts';
import type { Context } from '../kernel/context.ts';
import { Probe } from '../catalogue/probes.ts';
import type { Process } from '../kernel/process.ts';
import { AddPartitionsToTxnManager } from './add-partitions-to-txn-manager.ts';
import { AlterPartitionManager } from './alter-partition-manager.ts';
import { AssignmentsManager } from './assignments-manager.ts';
import type { ControlPlane, Lifecycle, MetadataSource } from '../controller/control-plane.ts';
import type { Partition } from './partition.ts';
import { ProducerIdManager } from './producer-id-manager.ts';
import { ReplicaManager } from './replica-manager.ts';
import type { ReplicaHost } from './replica-host.ts';

/** One broker process. */
export class Broker implements Process, ReplicaHost, CoordinatorHost {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly brokerId: number;
  readonly #lifecycle: Lifecycle;
  readonly #metadata: MetadataSource;
  readonly #replicas: ReplicaManager;
  readonly #transactions: TransactionCoordinator;
  readonly #groups: GroupCoordinator;
  readonly #addPartitions: AddPartitionsToTxnManager;
  readonly #producerIds: ProducerIdManager;
  readonly #cleanly: boolean;
  #acting = false;
  #onShutDown: ((cleanly: boolean) => void) | null = null;

  constructor(context: Context, cluster: Cluster, brokerId: number, controlPlane: ControlPlane) {
    this.context = context;
    this.cluster = cluster;
    this.brokerId = brokerId;
    const { configuration } = cluster;
    this.#transactions = new TransactionCoordinator(this);
    this.#groups = new GroupCoordinator(this);
    this.#addPartitions = new AddPartitionsToTxnManager(context, cluster, () => this.image);
    this.#producerIds = new ProducerIdManager(
      context,
      cluster.rules,
      controlPlane.openChannel(),
      brokerId,
      () => this.brokerEpoch,
    );
    const alterPartitions = new AlterPartitionManager(
      context,
      controlPlane.openChannel(),
      brokerId,
      () => this.brokerEpoch,
      (item) => cluster.metadataObserver.proposalOutOfDate(brokerId, item),
    );
    const assignments = new AssignmentsManager(
      context,
      controlPlane.openChannel(),
      brokerId,
      () => this.brokerEpoch,
    );
    this.#replicas = new ReplicaManager(this, alterPartitions, assignments, () =>
      this.#lifecycle.logDirFailed(),
    );
    const { logDirs } = this.#replicas.logs;
    const shutdownEpoch = this.#replicas.logs.checkpoints.takeCleanShutdownEpoch();
    // Of what lies in a directory that is offline nobody knows how it was left.
    const previousEpoch = logDirs.anyOffline ? -1 : shutdownEpoch;
    this.#cleanly = previousEpoch >= 0;
    this.#metadata = controlPlane.followMetadata({
      applied: (baseOffset, records) => this.#metadataApplied(baseOffset, records),
      loaded: (snapshot, before) => this.#snapshotLoaded(snapshot, before),
    });
    this.#lifecycle = controlPlane.joinCluster(
      {
        context,
        brokerId,
        heartbeatIntervalMs: configuration['broker.heartbeat.interval.ms'],
        ...(logDirs.several ? { logDirs: logDirs.idsOf('online') } : {}),
        offlineLogDirs: () => logDirs.idsOf('offline'),
        metadataOffset: () => this.#metadata.image.endOffset - 1,
        caughtUp: () => this.#startActing(),
        mayShutDown: () => this.#finishShutdown(),
      },
      previousEpoch,
    );
  }

  get brokerEpoch(): number {
    return this.#lifecycle.brokerEpoch;
  }

  get partitions(): ReadonlyMap<string, Partition> {
    return this.#replicas.partitions;
  }

  start(): void {
    if (!this.context.host.disk.writable) {
      this.context.halt('none of its log directories can be written');
      return;
    }
    this.#replicas.logs.loadLogs(this.#cleanly);
    this.#metadata.start();
    this.#lifecycle.register();
  }

  /** Leaves in agreement with the controller, so that no partition loses its leader without another one at hand. */
  shutdown(done: (cleanly: boolean) => void): void {
    this.#onShutDown = done;
    if (!this.cluster.configuration['controlled.shutdown.enable'] || this.brokerEpoch < 0)
      this.#finishShutdown();
    else this.#lifecycle.shutDown();
  }

  #finishShutdown(): void {
    const { checkpoints } = this.#replicas.logs;
    const flushed =
      this.#replicas.logs.flushAll() &&
      this.#replicas.guardIo(() => checkpoints.writeCleanShutdown(this.brokerEpoch));
    this.context.world.probe(Probe['controlled-shutdown'], this.context.host, this.brokerEpoch, 0);
    // Without an epoch of its own it leaves none behind: the controller will take it for an unclean shutdown (KIP-966).
    this.#onShutDown?.(flushed && this.brokerEpoch >= 0);
    this.#onShutDown = null;
  }

  registration(broker: number): BrokerRegistration | undefined {
    return this.#metadata.image.brokers.get(broker);
  }

  knowsTopic(topicId: number): boolean {
    return this.#metadata.image.topicNames.has(topicId);
  }

  partitionRecord(partition: PartitionName): PartitionRecord | undefined {
    return this.#metadata.image.partitions.get(partition);
  }

  proposeIsr(partition: Partition, isr: readonly number[]): void {
    this.#replicas.proposeIsr(partition, isr);
  }

  // Metadata.

  #metadataApplied(baseOffset: number, records: readonly MetadataRecord[]): void {
    this.cluster.metadataObserver.metadataApplied(this.brokerId, baseOffset, records);
    if (this.#acting) {
      for (const record of records)
        if (record.type === 'RemoveTopic') this.#replicas.deleteTopic(record.topicId);
      for (const record of lastOfEachPartition(records)) {
        // Else its topic was deleted by the same batch.
        const stands = this.#metadata.image.partitions.get(record.partition) === record;
        if (stands) this.#replicas.applyPartition(record);
      }
    }
    this.#lifecycle.metadataAdvanced();
  }

  /** What lies between the two pictures is not told: what differs is acted on, as if it had just happened. */
  #snapshotLoaded(snapshot: MetadataSnapshot, before: ClusterImage): void {
    this.cluster.metadataObserver.snapshotLoaded(this.brokerId, snapshot);
    const { world, host } = this.context;
    world.probe(Probe['metadata-snapshot-loaded'], host, snapshot.endOffset, snapshot.epoch);
    if (this.#acting) {
      const { topicNames } = this.#metadata.image;
      for (const topicId of before.topicNames.keys())
        if (!topicNames.has(topicId)) this.#replicas.deleteTopic(topicId);
      for (const record of this.#metadata.image.partitions.values()) {
        if (before.partitions.get(record.partition) !== record) this.#replicas.applyPartition(record);
      }
    }
    this.#lifecycle.metadataAdvanced();
  }

  /** The metadata includes this incarnation's registration: older states of leadership are behind it. */
  #startActing(): void {
    this.#acting = true;
    for (const record of this.#metadata.image.partitions.values()) this.#replicas.applyPartition(record);
    this.#replicas.deleteStrays();
    this.#replicas.startTimers();
  }

  // What coordinators need.

  get image(): ClusterImage {
    return this.#metadata.image;
  }

  get transactions(): TransactionStateManager {
    return this.#transactions.transactions;
  }

  nextProducerId(): number | null {
    return this.#producerIds.nextProducerId();
  }

  replica(partition: PartitionName): Partition | undefined {
    return this.#replicas.partitions.get(partition);
  }

  appendAsCoordinator(
    partition: PartitionName,
    batch: UnplacedBatch,
    done: (error: ErrorCode, baseOffset: number) => void,
  ): void {
    this.#replicas.producePath.appendAsCoordinator(partition, batch, done);
  }

  joinTransaction(
    transactionalId: string,
    producer: ProducerIdentity,
    partition: PartitionName,
    done: (error: ErrorCode) => void,
  ): void {
    this.#addPartitions.join(transactionalId, producer, partition, done);
  }

  transactionCompleted(partition: PartitionName, producerId: number, committed: boolean): void {
    const replica = this.replica(partition);
    if (replica?.topic !== CONSUMER_OFFSETS_TOPIC) return;
    this.#groups.onTransactionCompleted(replica.index, producerId, committed);
  }

  /** A new leader epoch of a partition began: the coordinator whose log it is is elected or resigns. */
  onLeaderEpochChanged({ topic, index, isLeader, leaderEpoch }: Partition): void {
    const coordinator = this.#coordinatorOf(topic);
    if (isLeader) coordinator?.onElection(index, leaderEpoch);
    else coordinator?.onResignation(index);
  }

  #coordinatorOf(topic: string): TransactionCoordinator | GroupCoordinator | null {
    if (topic === TRANSACTION_STATE_TOPIC) return this.#transactions;
    return topic === CONSUMER_OFFSETS_TOPIC ? this.#groups : null;
  }

  // Requests.

  onRequest(message: Message): void {
    // Only requests reach a server.
    const request = message.body;
    switch (request.api) {
      case Api.Produce:
        this.#replicas.producePath.produce(message, request);
        return;
      case Api.Fetch:
        this.#replicas.fetchPath.fetch(message, request);
        return;
      case Api.DeleteRecords:
        this.#replicas.deleteRecordsPath.deleteRecords(message, request);
        return;
      case Api.InitProducerId:
        this.#initProducerId(request, (response) => message.connection.respond(message, response));
        return;
      case Api.ListOffsets:
        message.connection.respond(message, this.#replicas.offsetsPath.listOffsets(request));
        return;
      case Api.OffsetsForLeaderEpoch:
        message.connection.respond(message, this.#replicas.offsetsPath.offsetsForLeaderEpoch(request));
        return;
      case Api.FindCoordinator:
        message.connection.respond(message, this.#findCoordinator(request));
        return;
      case Api.AddPartitionsToTxn:
        this.#transactions.addPartitions(request, (response) =>
          message.connection.respond(message, response),
        );
        return;
      case Api.AddOffsetsToTxn:
        this.#transactions.addOffsets(request, (error) =>
          message.connection.respond(message, { api: Api.AddOffsetsToTxn, error }),
        );
        return;
      case Api.EndTxn:
        this.#transactions.endTransaction(request, (response) =>
          message.connection.respond(message, response),
        );
        return;
      case Api.WriteTxnMarkers:
        this.#replicas.producePath.writeTxnMarkers(message, request);
        return;
      case Api.OffsetCommit:
        this.#groups.commitOffsets(request, (error) =>
          message.connection.respond(message, { api: Api.OffsetCommit, error }),
        );
        return;
      case Api.TxnOffsetCommit:
        this.#groups.commitOffsetsInTransaction(request, (error) =>
          message.connection.respond(message, { api: Api.TxnOffsetCommit, error }),
        );
        return;
      case Api.OffsetFetch:
        message.connection.respond(message, this.#groups.fetchOffsets(request));
        return;
      case Api.Metadata:
        message.connection.respond(message, this.#describeCluster());
        return;
      default:
        throw new Error(`a broker does not serve API ${request.api}`);
    }
  }

  /** The leader of the partition of the internal topic that keeps the key. */
  #findCoordinator({ keyType, key }: FindCoordinatorRequest): FindCoordinatorResponse {
    const { configuration } = this.cluster;
    const [topic, partitions] =
      keyType === 'transaction'
        ? [TRANSACTION_STATE_TOPIC, configuration['transaction.state.log.num.partitions']]
        : [CONSUMER_OFFSETS_TOPIC, configuration['offsets.topic.num.partitions']];
    const log = this.image.partitions.get(partitionName(topic, internalPartitionOf(key, partitions)));
    const nodeId = log?.leader ?? -1;
    const error = nodeId === -1 ? Errors.COORDINATOR_NOT_AVAILABLE : Errors.NONE;
    return { api: Api.FindCoordinator, error, nodeId };
  }

  /** Without a transactional id any broker gives an id, and nobody is fenced. */
  #initProducerId(request: InitProducerIdRequest, respond: (response: InitProducerIdResponse) => void): void {
    const { api, transactionalId } = request;
    if (transactionalId !== null) {
      this.#transactions.initProducerId({ ...request, transactionalId }, respond);
      return;
    }
    const producerId = this.#producerIds.nextProducerId();
    respond(
      producerId === null
        ? { api, error: Errors.COORDINATOR_LOAD_IN_PROGRESS, producerId: -1, producerEpoch: -1 }
        : { api, error: Errors.NONE, producerId, producerEpoch: 0 },
    );
  }

  #describeCluster(): MetadataResponse {
    const { image } = this.#metadata;
    return {
      api: Api.Metadata,
      brokers: [...image.brokers.values()]
        .filter((broker) => !broker.fenced)
        .map((broker) => broker.brokerId),
      partitions: [...image.partitions.values()].map((record) => ({
        partition: record.partition,
        topic: record.topic,
        topicId: record.topicId,
        index: record.index,
        leader: record.leader,
        leaderEpoch: record.leaderEpoch,
        replicas: record.replicas,
        isr: record.isr,
      })),
    };
  }
}

/** Of several changes that arrive at once only the outcome is acted on, as Kafka publishes one delta for a batch. */
function lastOfEachPartition(records: readonly MetadataRecord[]): Iterable<PartitionRecord> {
  const last = new Map<string, PartitionRecord>();
  for (const record of records) if (record.type === 'Partition') last.set(record.partition, record);
  return last.values();
}
