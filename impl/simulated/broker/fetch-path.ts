import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { RecordBatch } from '../../kafka/records.ts';
import { Probe } from '../catalogue/probes.ts';
import type { Message } from '../net/message.ts';
import { CONSUMER_REPLICA_ID } from '../protocol/messages.ts';
import type { FetchedPartition, FetchPartition, FetchRequest } from '../protocol/messages.ts';
import type { EpochEndOffset } from '../../kafka/leader-epoch.ts';
import { DelayedFetch } from './delayed-fetch.ts';
import type { Partition } from './partition.ts';
import type { ReplicaHost } from './replica-host.ts';
import type { Replicas } from './replicas.ts';

const NO_BATCHES: readonly RecordBatch[] = [];

/** What followers and consumers read from the replicas of a broker. */
export class FetchPath {
  readonly #host: ReplicaHost;
  readonly #replicas: Replicas;

  constructor(host: ReplicaHost, replicas: Replicas) {
    this.#host = host;
    this.#replicas = replicas;
  }

  fetch(message: Message, request: FetchRequest): void {
    if (request.replicaId !== CONSUMER_REPLICA_ID) this.#noteFollowerPositions(request);
    const result = this.#read(request, request.maxWaitMs <= 0);
    if (result !== null) {
      message.connection.respond(message, { api: Api.Fetch, partitions: result });
      return;
    }
    const partitions: Partition[] = [];
    for (const { partition: name } of request.partitions) {
      const partition = this.#replicas.get(name);
      if (partition !== undefined) partitions.push(partition);
    }
    new DelayedFetch(this.#host.context, message, request, partitions, this.#read);
  }

  /** Takes the fetch positions of a follower whose log agrees with ours as its log ends. */
  #noteFollowerPositions(request: FetchRequest): void {
    for (const asked of request.partitions) {
      const partition = this.#replicas.get(asked.partition);
      if (partition === undefined || this.#refusal(partition, request, asked) !== Errors.NONE) continue;
      if (this.#divergence(partition, asked) !== 'none') continue;
      const { log } = partition;
      if (asked.fetchOffset > log.logEndOffset || asked.fetchOffset < log.logStartOffset) continue;
      partition.followerFetched(
        request.replicaId,
        asked.fetchOffset,
        request.replicaEpoch,
        asked.logStartOffset,
      );
    }
  }

  readonly #read = (
    request: FetchRequest,
    force: boolean,
    delayed = false,
  ): readonly FetchedPartition[] | null => {
    if (!force && !this.#hasSomethingFor(request)) return null;
    return request.partitions.map((asked) => this.#readPartition(request, asked, delayed));
  };

  #hasSomethingFor(request: FetchRequest): boolean {
    for (const asked of request.partitions) {
      const partition = this.#replicas.get(asked.partition);
      if (partition === undefined || this.#refusal(partition, request, asked) !== Errors.NONE) return true;
      const readableEnd = this.#readableEnd(partition, request);
      if (asked.fetchOffset !== readableEnd) {
        // A consumer may stand between the high watermark and the log end of a new leader: that is no error.
        const beyondReadable =
          request.replicaId === CONSUMER_REPLICA_ID &&
          asked.fetchOffset > readableEnd &&
          asked.fetchOffset <= partition.log.logEndOffset;
        if (!beyondReadable) return true;
      }
      if (this.#divergence(partition, asked) !== 'none') return true;
      if (this.#preferredReadReplica(partition, request, asked) !== null) return true;
    }
    return false;
  }

  #readPartition(request: FetchRequest, asked: FetchPartition, delayed: boolean): FetchedPartition {
    const { context } = this.#host;
    const { world } = context;
    const partition = this.#replicas.get(asked.partition);
    if (partition === undefined) {
      const error = this.#replicas.isOffline(asked.partition)
        ? Errors.KAFKA_STORAGE_ERROR
        : this.#replicas.checkTopic(partition, asked.topicId);
      return failedFetch(asked, error);
    }
    const refusal = this.#refusal(partition, request, asked);
    if (refusal !== Errors.NONE) {
      if (refusal === Errors.FENCED_LEADER_EPOCH) {
        world.probe(Probe['stale-fetch-fenced'], context.host, request.replicaId, asked.currentLeaderEpoch);
      } else if (refusal === Errors.UNKNOWN_LEADER_EPOCH) {
        world.probe(Probe['future-fetch-refused'], context.host, request.replicaId, asked.currentLeaderEpoch);
      }
      return failedFetch(asked, refusal);
    }
    const divergence = this.#divergence(partition, asked);
    if (typeof divergence === 'object' && asked.fetchOffset >= partition.log.logStartOffset) {
      world.probe(Probe['diverging-epoch-returned'], context.host, divergence.epoch, divergence.endOffset);
      return fetched(partition, asked, divergence, NO_BATCHES);
    }
    const logEnd = partition.log.logEndOffset;
    if (
      divergence !== 'none' ||
      asked.fetchOffset > logEnd ||
      asked.fetchOffset < partition.log.logStartOffset
    ) {
      world.probe(Probe['fetch-offset-out-of-range'], context.host, asked.fetchOffset, logEnd);
      return failedFetch(asked, Errors.OFFSET_OUT_OF_RANGE);
    }
    const preferred = this.#preferredReadReplica(partition, request, asked);
    if (preferred !== null) {
      world.probe(Probe['read-replica-preferred'], context.host, preferred, asked.fetchOffset);
      return { ...fetched(partition, asked, null, NO_BATCHES), preferredReadReplica: preferred };
    }
    const readableEnd = this.#readableEnd(partition, request);
    const batches = partition.log.read(asked.fetchOffset, readableEnd);
    if (!partition.isLeader && batches.length > 0) {
      world.probe(Probe['follower-read'], context.host, partition.index, asked.fetchOffset);
    }
    if (request.readCommitted !== true) return fetched(partition, asked, null, batches);
    const aborted = partition.log.producers.abortedIn(asked.fetchOffset, readableEnd);
    // Of a spread with more behind it V8 would make a hidden class for each object.
    return Object.assign(fetched(partition, asked, null, batches), {
      lastStableOffset: readableEnd,
      abortedTransactions: this.#host.cluster.rules.returnsAbortedTransactions(delayed) ? aborted : [],
    });
  }

  /** Returns the replica that the leader sends a consumer to (KIP-392); null when it serves the consumer itself. */
  #preferredReadReplica(partition: Partition, request: FetchRequest, asked: FetchPartition): number | null {
    if (request.rackId === undefined || !partition.isLeader) return null;
    const host = this.#host;
    const { configuration, directory, rules } = host.cluster;
    if (!configuration['replica.selector.class'].endsWith('RackAwareReplicaSelector')) return null;
    const rackOf = (broker: number): string | null => directory.rackOf?.(broker) ?? null;
    const candidates = partition.followers.map(({ broker, logStartOffset, logEndOffset }) => ({
      broker,
      rack: rackOf(broker),
      alive: host.registration(broker)?.fenced === false,
      logStartOffset,
      logEndOffset,
    }));
    const leader = { broker: host.brokerId, rack: rackOf(host.brokerId) };
    return rules.preferredReadReplica(leader, candidates, request.rackId, asked.fetchOffset);
  }

  /** Followers read to the log end, consumers to the high watermark, or to the last stable offset. */
  #readableEnd(partition: Partition, request: FetchRequest): number {
    if (request.replicaId !== CONSUMER_REPLICA_ID) return partition.log.logEndOffset;
    return request.readCommitted === true ? partition.lastStableOffset : partition.highWatermark;
  }

  #refusal(partition: Partition, request: FetchRequest, asked: FetchPartition): ErrorCode {
    const otherTopic = this.#replicas.checkTopic(partition, asked.topicId);
    if (otherTopic !== Errors.NONE) return otherTopic;
    const epochError = this.#host.cluster.rules.checkLeaderEpoch(
      asked.currentLeaderEpoch,
      partition.leaderEpoch,
    );
    if (epochError !== Errors.NONE) return epochError;
    const followerMayServe = request.replicaId === CONSUMER_REPLICA_ID && request.rackId !== undefined;
    if (!partition.isLeader && !(followerMayServe && partition.role === 'follower'))
      return Errors.NOT_LEADER_OR_FOLLOWER;
    if (request.replicaId !== CONSUMER_REPLICA_ID && !partition.replicas.includes(request.replicaId)) {
      return Errors.UNKNOWN_LEADER_EPOCH;
    }
    return Errors.NONE;
  }

  #divergence(partition: Partition, asked: FetchPartition): 'none' | 'unknown' | EpochEndOffset {
    const { log } = partition;
    return this.#host.cluster.rules.fetchDivergence(
      log.epochs.entries,
      log.logEndOffset,
      asked.fetchOffset,
      asked.lastFetchedEpoch,
    );
  }
}

function fetched(
  partition: Partition,
  asked: FetchPartition,
  divergingEpoch: EpochEndOffset | null,
  batches: readonly RecordBatch[],
): FetchedPartition {
  return {
    partition: asked.partition,
    error: Errors.NONE,
    highWatermark: partition.highWatermark,
    logStartOffset: partition.log.logStartOffset,
    divergingEpoch,
    batches,
  };
}

function failedFetch(asked: FetchPartition, error: ErrorCode): FetchedPartition {
  return {
    partition: asked.partition,
    error,
    highWatermark: -1,
    logStartOffset: -1,
    divergingEpoch: null,
    batches: NO_BATCHES,
  };
}
