import { Api } from '../protocol/api.ts';
import { Errors } from '../protocol/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type {
  AdminResponse,
  AlterPartitionRequest,
  AlterPartitionResponse,
  FetchMetadataRequest,
  RequestBody,
  ResponseBody,
} from '../protocol/messages.ts';
import type { Cluster } from '../cluster.ts';
import type { Message } from '../world/connection.ts';
import type { Context, Timer } from '../world/context.ts';
import type { Process } from '../world/process.ts';
import { TimerName } from '../world/timers.ts';
import { ClusterControl } from './cluster-control.ts';
import type { ClusterImage } from './cluster-image.ts';
import { MetadataLog } from './metadata-log.ts';
import { ReplicationControl } from './replication-control.ts';

interface ParkedFetch {
  readonly message: Message;
  readonly request: FetchMetadataRequest;
  readonly timer: Timer;
}

/** The control plane: one controller with a durable metadata log, which brokers follow. */
export class Controller implements Process {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #log: MetadataLog;
  readonly #replication: ReplicationControl;
  readonly #brokers: ClusterControl;
  #parked: ParkedFetch[] = [];

  constructor(context: Context, cluster: Cluster) {
    this.#context = context;
    this.#cluster = cluster;
    this.#log = new MetadataLog(context.host.disk, () => this.#wakeFollowers());
    this.#replication = new ReplicationControl(context, cluster, this.#log);
    this.#brokers = new ClusterControl(context, cluster, this.#log, this.#replication);
  }

  /** The cluster as committed. */
  get image(): ClusterImage {
    return this.#log.image;
  }

  start(): void {
    this.#brokers.start();
    if (this.#cluster.configuration['auto.leader.rebalance.enable']) this.#balanceLater();
  }

  shutdown(done: (cleanly: boolean) => void): void {
    done(true);
  }

  onRequest(message: Message): void {
    // Only requests reach a server.
    const request = message.body as RequestBody;
    if (request.api === Api.FetchMetadata) {
      this.#fetchMetadata(message, request);
      return;
    }
    const response = this.#decide(request);
    // Nobody hears of a decision before it is durable.
    this.#log.commit();
    message.connection.respond(message, response);
  }

  #decide(request: RequestBody): ResponseBody {
    switch (request.api) {
      case Api.BrokerRegistration:
        return this.#brokers.register(request);
      case Api.BrokerHeartbeat:
        return this.#brokers.heartbeat(request);
      case Api.AlterPartition:
        return this.#alterPartition(request);
      case Api.CreateTopics: {
        const { topic, partitions, replicationFactor } = request;
        return admin(request.api, this.#replication.createTopic(topic, partitions, replicationFactor));
      }
      case Api.ElectLeaders:
        return admin(request.api, this.#replication.electLeader(request.partition, request.election));
      case Api.AlterPartitionReassignments:
        return admin(request.api, this.#replication.reassign(request.partition, request.replicas));
      default:
        throw new Error(`a controller does not serve API ${request.api}`);
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

  #balanceLater(): void {
    const intervalMs = this.#cluster.configuration['leader.imbalance.check.interval.seconds'] * 1000;
    this.#context.after(intervalMs, TimerName.LeaderImbalanceCheck, () => {
      this.#replication.balanceLeaders();
      this.#log.commit();
      this.#balanceLater();
    });
  }

  // Brokers follow the log.

  #fetchMetadata(message: Message, request: FetchMetadataRequest): void {
    if (request.fetchOffset < this.#log.endOffset) {
      this.#answerFetch(message, request);
      return;
    }
    const timer = this.#context.after(request.maxWaitMs, TimerName.MetadataFetchExpiry, () => {
      this.#parked = this.#parked.filter((parked) => parked.message !== message);
      this.#answerFetch(message, request);
    });
    this.#parked.push({ message, request, timer });
  }

  #wakeFollowers(): void {
    const parked = this.#parked;
    this.#parked = [];
    for (const { message, request, timer } of parked) {
      timer.cancel();
      this.#answerFetch(message, request);
    }
  }

  #answerFetch(message: Message, request: FetchMetadataRequest): void {
    message.connection.respond(message, {
      api: Api.FetchMetadata,
      error: Errors.NONE,
      baseOffset: request.fetchOffset,
      records: this.#log.read(request.fetchOffset),
    });
  }
}

function admin(api: AdminResponse['api'], error: ErrorCode): AdminResponse {
  return { api, error };
}
