import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import type {
  AdminResponse,
  AlterPartitionRequest,
  AlterPartitionResponse,
  AssignReplicasToDirsRequest,
  AssignReplicasToDirsResponse,
  ControllerRequest,
  FetchMetadataRequest,
} from '../../protocol/controller-messages.ts';
import type { FetchSnapshotRequest } from '../../protocol/quorum-messages.ts';
import type { ResponseBody } from '../../protocol/messages.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Message } from '../../net/message.ts';
import type { Context } from '../../kernel/context.ts';
import { TimerName } from '../../catalogue/timers.ts';
import { ClusterControl } from '../cluster-control.ts';
import type { ClusterImage } from '../../metadata/cluster-image.ts';
import type { RaftClient } from './raft-client.ts';
import { MetadataLog } from '../metadata-log.ts';
import { ProducerIdControl } from '../producer-id-control.ts';
import { ReplicationControl } from '../replication-control.ts';

export type Decidable = Exclude<ControllerRequest, FetchMetadataRequest | FetchSnapshotRequest>;

interface Deferred {
  /** The answer is sent when everything below is committed. */
  readonly offset: number;
  readonly message: Message;
  readonly response: ResponseBody;
}

/**
 * The part of a controller that exists while it leads the quorum. It decides on its newest state, and answers a request
 * only when the decision is committed. Sessions, pending answers and uncommitted state are lost with the leadership.
 */
export class ActiveController {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #raft: RaftClient;
  readonly #log: MetadataLog;
  readonly #replication: ReplicationControl;
  readonly #brokers: ClusterControl;
  readonly #producerIds: ProducerIdControl;
  #deferred: Deferred[] = [];
  #deposed = false;

  /** `image`: includes everything that is in the log. */
  constructor(context: Context, cluster: Cluster, raft: RaftClient, image: ClusterImage) {
    this.#context = context;
    this.#cluster = cluster;
    this.#raft = raft;
    this.#log = new MetadataLog(image, (records) => raft.append(records));
    this.#replication = new ReplicationControl(context, cluster, this.#log);
    this.#brokers = new ClusterControl(context, cluster, this.#log, this.#replication);
    this.#producerIds = new ProducerIdControl(cluster, this.#log);
  }

  /** Includes what is not committed yet. */
  get image(): ClusterImage {
    return this.#log.image;
  }

  start(): void {
    this.#brokers.start();
    if (this.#cluster.configuration['auto.leader.rebalance.enable']) this.#scheduleRebalance();
  }

  onRequest(message: Message, request: Decidable): void {
    const response = this.#decide(message, request);
    this.#log.commit();
    // Also an answer without a decision may depend on what is not committed yet.
    const offset = this.#raft.log.endOffset;
    if (this.#raft.highWatermark >= offset) message.connection.respond(message, response);
    else this.#deferred.push({ offset, message, response });
  }

  /** More is committed. */
  committed(): void {
    const { highWatermark } = this.#raft;
    while (this.#deferred.length > 0 && this.#deferred[0]!.offset <= highWatermark) {
      const { message, response } = this.#deferred.shift()!;
      message.connection.respond(message, response);
    }
  }

  /** Stops the timers. Returns the requests that are not answered yet. */
  depose(): readonly Message[] {
    this.#deposed = true;
    this.#brokers.stop();
    return this.#deferred.splice(0).map(({ message }) => message);
  }

  /** Whether a heartbeat has waited too long in the queue (in Kafka: half the heartbeat interval). */
  #hasExpired({ arrivedUs }: Message): boolean {
    const waitedMs = (this.#context.world.nowUs - arrivedUs) / 1000;
    return waitedMs > this.#cluster.configuration['broker.heartbeat.interval.ms'] / 2;
  }

  #decide(message: Message, request: Decidable): ResponseBody {
    switch (request.api) {
      case Api.BrokerRegistration:
        return this.#brokers.register(request);
      case Api.BrokerHeartbeat:
        return this.#hasExpired(message)
          ? this.#brokers.expiredHeartbeat(request)
          : this.#brokers.heartbeat(request);
      case Api.AlterPartition:
        return this.#alterPartition(request);
      case Api.AllocateProducerIds:
        return this.#producerIds.allocate(request);
      case Api.AssignReplicasToDirs:
        return this.#assignReplicas(request);
      case Api.CreateTopics: {
        const { topic, partitions, replicationFactor } = request;
        const error = this.#replication.createTopic(topic, partitions, replicationFactor);
        const topicId = this.#log.image.topics.get(topic);
        return error !== Errors.NONE || topicId === undefined
          ? admin(request.api, error)
          : { api: request.api, error, topicId };
      }
      case Api.DeleteTopics:
        return admin(request.api, this.#replication.deleteTopic(request.topic));
      case Api.ElectLeaders:
        return admin(request.api, this.#replication.electLeader(request.partition, request.election));
      case Api.AlterPartitionReassignments:
        return admin(request.api, this.#replication.reassign(request.partition, request.replicas));
    }
  }

  #alterPartition(request: AlterPartitionRequest): AlterPartitionResponse {
    const sender = this.#log.image.brokers.get(request.brokerId);
    if (sender === undefined || sender.brokerEpoch !== request.brokerEpoch) {
      return { api: Api.AlterPartition, error: Errors.STALE_BROKER_EPOCH, partitions: [] };
    }
    const partitions = request.partitions.map((item) =>
      this.#replication.alterPartition(request.brokerId, item),
    );
    return { api: Api.AlterPartition, error: Errors.NONE, partitions };
  }

  #assignReplicas(request: AssignReplicasToDirsRequest): AssignReplicasToDirsResponse {
    const sender = this.#log.image.brokers.get(request.brokerId);
    if (sender === undefined || sender.brokerEpoch !== request.brokerEpoch)
      return { api: request.api, error: Errors.STALE_BROKER_EPOCH };
    for (const { partition, directory } of request.assignments)
      this.#replication.assignDirectory(request.brokerId, partition, directory);
    return { api: request.api, error: Errors.NONE };
  }

  #scheduleRebalance(): void {
    const intervalMs = this.#cluster.configuration['leader.imbalance.check.interval.seconds'] * 1000;
    this.#context.after(intervalMs, TimerName.LeaderImbalanceCheck, () => {
      if (this.#deposed) return;
      this.#replication.balanceLeaders();
      this.#log.commit();
      this.#scheduleRebalance();
    });
  }
}

function admin(api: AdminResponse['api'], error: ErrorCode): AdminResponse {
  return { api, error };
}
