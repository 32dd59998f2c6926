import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import type { AsksController, FetchMetadataRequest } from '../../protocol/controller-messages.ts';
import type { MetadataRecord } from '../../protocol/metadata-records.ts';
import type { SnapshotId } from '../../protocol/metadata-snapshot.ts';
import type { Message } from '../../net/message.ts';
import type { Context, Timer } from '../../kernel/context.ts';
import { Probe } from '../../catalogue/probes.ts';
import type { ProbeName } from '../../catalogue/probes.ts';
import type { Process } from '../../kernel/process.ts';
import { TimerName } from '../../catalogue/timers.ts';
import { ActiveController } from './active-controller.ts';
import type { Decidable } from './active-controller.ts';
import type { ControllerView } from '../control-plane.ts';
import type { ClusterImage } from '../../metadata/cluster-image.ts';
import type { KraftCluster } from './kraft-cluster.ts';
import { RaftClient } from './raft-client.ts';
import type { RaftListener } from './raft-client.ts';
import { MetadataLoader } from './metadata-loader.ts';
import { notController } from './not-controller.ts';

/** The size of a metadata record, where Kafka counts real bytes. */
const BYTES_PER_RECORD = 100;

/** A fetch of a broker that waits for records to act on. */
interface DelayedFetch {
  readonly message: Message;
  readonly request: FetchMetadataRequest;
  readonly timer: Timer;
}

/** One controller process: a voter of the quorum, and the control plane while it leads. */
export class Controller implements Process, ControllerView, RaftListener {
  readonly #context: Context;
  readonly #cluster: KraftCluster;
  readonly #raft: RaftClient;
  readonly #loader: MetadataLoader;
  #active: ActiveController | null = null;
  readonly #onCommitted: () => void;
  #delayed: DelayedFetch[] = [];

  /** `onCommitted`: called when more is committed, for a broker in the same process. */
  constructor(context: Context, cluster: KraftCluster, id: number, onCommitted: () => void = () => {}) {
    this.#context = context;
    this.#cluster = cluster;
    this.#onCommitted = onCommitted;
    this.#raft = new RaftClient(context, cluster, id, this);
    this.#loader = new MetadataLoader(this.#raft.log);
  }

  /** The voter of this process. */
  get quorum(): RaftClient {
    return this.#raft;
  }

  /** The cluster as this controller decides on it, while it is active. */
  get image(): ClusterImage | null {
    return this.#active?.image ?? null;
  }

  /** The quorum epoch of this controller. */
  get epoch(): number {
    return this.#raft.epoch;
  }

  start(): void {
    if (this.#loader.canLoad) this.#raft.start();
    else this.#raft.halt();
  }

  shutdown(done: (cleanly: boolean) => void): void {
    this.#raft.shutdown();
    done(true);
  }

  onRequest(message: Message): void {
    // Only requests reach a server.
    const request = message.body;
    switch (request.api) {
      case Api.FetchMetadata:
        this.#fetchMetadata(message, request);
        return;
      case Api.Vote:
      case Api.BeginQuorumEpoch:
      case Api.EndQuorumEpoch:
      case Api.FetchQuorum:
      case Api.FetchSnapshot:
        this.#raft.onRequest(message, request);
        return;
      case Api.BrokerRegistration:
      case Api.BrokerHeartbeat:
      case Api.AlterPartition:
      case Api.AllocateProducerIds:
      case Api.AssignReplicasToDirs:
      case Api.CreateTopics:
      case Api.DeleteTopics:
      case Api.ElectLeaders:
      case Api.AlterPartitionReassignments:
        if (this.#active === null || this.#isDeposed(request)) this.#refuse(message, request);
        else this.#active.onRequest(message, request);
        return;
      default:
        throw new Error(`a controller does not serve API ${request.api}`);
    }
  }

  /** In Kafka a broker that knows a newer epoch does not send the request: it waits until it knows the new controller. */
  #isDeposed({ quorumEpoch = 0 }: AsksController): boolean {
    return this.#cluster.rules.isDeposed(this.#raft.epoch, quorumEpoch);
  }

  #refuse(message: Message, request: Decidable): void {
    this.#probe('not-controller-answered', request.api, this.#raft.epoch);
    message.connection.respond(message, notController(request));
  }

  // The quorum.

  becameActive(): void {
    this.#probe('controller-activated', this.#raft.epoch, this.#raft.highWatermark);
    this.#loader.advanceTo(this.#raft.highWatermark);
    const image = this.#loader.withUncommitted();
    this.#active = new ActiveController(this.#context, this.#cluster, this.#raft, image);
    this.#active.start();
  }

  lostLeadership(): void {
    const active = this.#active;
    this.#active = null;
    if (active !== null) {
      this.#probe('controller-deposed', this.#raft.epoch, 0);
      // The bodies of deferred messages are the requests that the active controller accepted.
      for (const message of active.depose()) this.#refuse(message, message.body as Decidable);
    }
    this.#completeDelayedFetches(Errors.NOT_CONTROLLER);
  }

  committed(): void {
    this.#loader.advanceTo(this.#raft.highWatermark);
    this.#completeDelayedFetches(Errors.NONE);
    this.#active?.committed();
    this.#onCommitted();
    this.#trimLog();
  }

  /** Writes a snapshot from time to time, and deletes entries that a snapshot includes (KIP-630). */
  #trimLog(): void {
    const { configuration } = this.#cluster;
    const { log, highWatermark } = this.#raft;
    const entriesSinceSnapshot = highWatermark - (log.snapshot?.endOffset ?? 0);
    const bytesBetween = configuration['metadata.log.max.record.bytes.between.snapshots'];
    if (entriesSinceSnapshot * BYTES_PER_RECORD >= bytesBetween)
      this.#raft.writeSnapshot(this.#loader.snapshot());
    this.#raft.deleteOldEntries(Math.floor(configuration['metadata.max.retention.bytes'] / BYTES_PER_RECORD));
  }

  // Brokers fetch the committed part of the log.

  #fetchMetadata(message: Message, request: AsksController & FetchMetadataRequest): void {
    if (this.#raft.role.is !== 'leader' || this.#isDeposed(request))
      return this.#answerFetch(message, request, Errors.NOT_CONTROLLER);
    if (this.#hasNews(request)) return this.#answerFetch(message, request, Errors.NONE);
    const timer = this.#context.after(request.maxWaitMs, TimerName.MetadataFetchExpiry, () => {
      this.#delayed = this.#delayed.filter((delayed) => delayed.message !== message);
      this.#answerFetch(message, request, Errors.NONE);
    });
    this.#delayed.push({ message, request, timer });
  }

  /** Whether there are records for a broker to act on: a LeaderChange alone does not complete its fetch. */
  #hasNews({ fetchOffset }: FetchMetadataRequest): boolean {
    const { log, highWatermark } = this.#raft;
    if (fetchOffset < log.startOffset) return true;
    for (let offset = fetchOffset; offset < highWatermark; offset++) {
      if (log.entry(offset)?.record.type !== 'LeaderChange') return true;
    }
    return false;
  }

  #completeDelayedFetches(error: ErrorCode): void {
    const delayed = this.#delayed;
    this.#delayed = [];
    for (const fetch of delayed) {
      if (error === Errors.NONE && !this.#hasNews(fetch.request)) {
        this.#delayed.push(fetch);
        continue;
      }
      fetch.timer.cancel();
      this.#answerFetch(fetch.message, fetch.request, error);
    }
  }

  #answerFetch(message: Message, { fetchOffset }: FetchMetadataRequest, error: ErrorCode): void {
    const { log, highWatermark, leaderId, epoch: leaderEpoch } = this.#raft;
    const respond = (
      error: ErrorCode,
      snapshotId: SnapshotId | null,
      records: readonly MetadataRecord[],
    ): void =>
      message.connection.respond(message, {
        api: Api.FetchMetadata,
        error,
        leaderId,
        leaderEpoch,
        snapshotId,
        baseOffset: fetchOffset,
        records,
      });
    if (error !== Errors.NONE) respond(error, null, []);
    else if (fetchOffset >= log.startOffset) {
      const entries = log.slice(fetchOffset, highWatermark);
      respond(
        error,
        null,
        entries.map(({ record }) => record),
      );
    } else if (log.snapshotId === null) respond(Errors.OFFSET_OUT_OF_RANGE, null, []);
    else respond(error, log.snapshotId, []);
  }

  #probe(name: ProbeName, a: number, b: number): void {
    this.#context.world.probe(Probe[name], this.#context.host, a, b);
  }
}
