import { Api } from '../protocol/api.ts';
import { Errors } from '../protocol/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { FetchMetadataRequest, RequestBody } from '../protocol/messages.ts';
import type { Cluster } from '../cluster.ts';
import type { Message } from '../world/connection.ts';
import type { Context, Timer } from '../world/context.ts';
import { Probe } from '../world/probes.ts';
import type { ProbeName } from '../world/probes.ts';
import type { Process } from '../world/process.ts';
import { TimerName } from '../world/timers.ts';
import { ActiveController } from './active-controller.ts';
import type { Decidable } from './active-controller.ts';
import type { ClusterImage } from './cluster-image.ts';
import { RaftClient } from './kraft/raft-client.ts';
import type { RaftListener } from './kraft/raft-client.ts';
import { notController } from './not-controller.ts';

interface ParkedFetch {
  readonly message: Message;
  readonly request: FetchMetadataRequest;
  readonly timer: Timer;
}

/** One controller process: a voter of the quorum, and the control plane while it leads. */
export class Controller implements Process, RaftListener {
  readonly #context: Context;
  readonly #cluster: Cluster;
  readonly #raft: RaftClient;
  #active: ActiveController | null = null;
  #parked: ParkedFetch[] = [];

  constructor(context: Context, cluster: Cluster, id: number) {
    this.#context = context;
    this.#cluster = cluster;
    this.#raft = new RaftClient(context, cluster, id, this);
  }

  /** The cluster as this controller decides on it, while it is active. */
  get image(): ClusterImage | null {
    return this.#active?.image ?? null;
  }

  /** The epoch of the quorum in which this controller takes part. */
  get epoch(): number {
    return this.#raft.epoch;
  }

  start(): void {
    this.#raft.start();
  }

  shutdown(done: (cleanly: boolean) => void): void {
    this.#raft.shutdown();
    done(true);
  }

  onRequest(message: Message): void {
    // Only requests reach a server.
    const request = message.body as RequestBody;
    switch (request.api) {
      case Api.FetchMetadata:
        this.#fetchMetadata(message, request);
        return;
      case Api.Vote:
      case Api.BeginQuorumEpoch:
      case Api.EndQuorumEpoch:
      case Api.FetchQuorum:
        this.#raft.onRequest(message, request);
        return;
      case Api.BrokerRegistration:
      case Api.BrokerHeartbeat:
      case Api.AlterPartition:
      case Api.AllocateProducerIds:
      case Api.CreateTopics:
      case Api.ElectLeaders:
      case Api.AlterPartitionReassignments:
        if (this.#active === null) this.#refuse(message, request);
        else this.#active.onRequest(message, request);
        return;
      default:
        throw new Error(`a controller does not serve API ${request.api}`);
    }
  }

  #refuse(message: Message, request: Decidable): void {
    this.#probe('not-controller-answered', request.api, this.#raft.epoch);
    message.connection.respond(message, notController(request));
  }

  // The quorum.

  becameActive(): void {
    this.#probe('controller-activated', this.#raft.epoch, this.#raft.highWatermark);
    this.#active = new ActiveController(this.#context, this.#cluster, this.#raft);
    this.#active.start();
  }

  lostLeadership(): void {
    const active = this.#active;
    this.#active = null;
    if (active !== null) {
      this.#probe('controller-deposed', this.#raft.epoch, 0);
      // The request of a connection in progress is one that a server of this kind was asked.
      for (const message of active.depose()) this.#refuse(message, message.body as Decidable);
    }
    this.#wakeFollowers(Errors.NOT_CONTROLLER);
  }

  committed(): void {
    this.#wakeFollowers(Errors.NONE);
    this.#active?.committed();
  }

  // Brokers follow the log, as far as it is committed.

  #fetchMetadata(message: Message, request: FetchMetadataRequest): void {
    if (this.#raft.role.is !== 'leader') return this.#answerFetch(message, request, Errors.NOT_CONTROLLER);
    if (this.#hasNews(request)) return this.#answerFetch(message, request, Errors.NONE);
    const timer = this.#context.after(request.maxWaitMs, TimerName.MetadataFetchExpiry, () => {
      this.#parked = this.#parked.filter((parked) => parked.message !== message);
      this.#answerFetch(message, request, Errors.NONE);
    });
    this.#parked.push({ message, request, timer });
  }

  /** A change of the quorum's leader is no news to a broker: its fetch goes on waiting for something to act on. */
  #hasNews({ fetchOffset }: FetchMetadataRequest): boolean {
    const { log, highWatermark } = this.#raft;
    for (let offset = fetchOffset; offset < highWatermark; offset++) {
      if (log.entries[offset]?.record.type !== 'LeaderChange') return true;
    }
    return false;
  }

  #wakeFollowers(error: ErrorCode): void {
    const parked = this.#parked;
    this.#parked = [];
    for (const fetch of parked) {
      if (error === Errors.NONE && !this.#hasNews(fetch.request)) {
        this.#parked.push(fetch);
        continue;
      }
      fetch.timer.cancel();
      this.#answerFetch(fetch.message, fetch.request, error);
    }
  }

  #answerFetch(message: Message, { fetchOffset }: FetchMetadataRequest, error: ErrorCode): void {
    const { log, highWatermark, leaderId } = this.#raft;
    const entries = error === Errors.NONE ? log.entries.slice(fetchOffset, highWatermark) : [];
    message.connection.respond(message, {
      api: Api.FetchMetadata,
      error,
      leaderId,
      baseOffset: fetchOffset,
      records: entries.map(({ record }) => record),
    });
  }

  #probe(name: ProbeName, a: number, b: number): void {
    this.#context.world.probe(Probe[name], this.#context.host, a, b);
  }
}
