import { Api } from '../../kafka/api.ts';
import { errorName, Errors } from '../../kafka/errors.ts';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, NO_EPOCH } from '../protocol/messages.ts';
import type {
  FetchedPartition,
  FetchPartition,
  FetchRequest,
  FetchResponse,
  ListOffsetsResponse,
  OffsetsForLeaderEpochResponse,
} from '../protocol/messages.ts';
import { NetworkClient } from '../net/network-client.ts';
import { Probe } from '../catalogue/probes.ts';
import type { Timer } from '../kernel/context.ts';
import type { Host } from '../kernel/host.ts';
import { TimerName } from '../catalogue/timers.ts';
import type { Partition } from './partition.ts';
import type { PartitionHost } from './partition-host.ts';

/** How a partition stands with its fetcher. */
interface FetchState {
  readonly partition: Partition;
  /** The leader epoch in which it is fetched. */
  readonly leaderEpoch: number;
  /** Not before this time on the monotonic clock, in ms. */
  delayedUntilMs: number;
  /** Refused with a newer epoch: nothing until the metadata catches up. */
  failed: boolean;
  /** Its position is being settled with the leader. */
  resolving: boolean;
  /** It has to ask where its last epoch ends before it fetches. */
  truncating: boolean;
}

/** Copies all partitions that one other broker leads (Kafka's ReplicaFetcherThread): one fetch at a time, over one connection. */
export class ReplicaFetcher {
  readonly #host: PartitionHost<Partition>;
  readonly #channel: NetworkClient;
  readonly #attempt: (partition: Partition, write: () => void) => boolean;
  readonly #states = new Map<Partition, FetchState>();
  #request: FetchRequest | null = null;
  #requested: readonly FetchState[] = [];
  #busy = false;
  #wakeUp: Timer | null = null;

  /** `attempt` does something that writes; false when the disk did not take it. */
  constructor(
    host: PartitionHost<Partition>,
    leader: Host,
    attempt: (partition: Partition, write: () => void) => boolean,
  ) {
    this.#host = host;
    this.#attempt = attempt;
    // Kafka waits replica.socket.timeout.ms for an answer; request.timeout.ms bounds it here, too.
    const waitMs = host.cluster.configuration['replica.fetch.wait.max.ms'];
    this.#channel = new NetworkClient(
      host.context,
      leader,
      host.cluster.configuration['request.timeout.ms'] + waitMs,
    );
  }

  /** Starts at the end of the partition's log; also for a new epoch of the same leader (KAFKA-7164). */
  add(partition: Partition, leaderBefore: number): void {
    const { rules } = this.#host.cluster;
    const asksFirst = rules.truncationTime() === 'before-fetch';
    this.#states.set(partition, {
      partition,
      leaderEpoch: partition.leaderEpoch,
      delayedUntilMs: 0,
      failed: false,
      resolving: false,
      truncating: asksFirst && rules.retriesAfterEpochChange(leaderBefore, partition.leader),
    });
    this.#request = null;
    this.#fetch();
  }

  remove(partition: Partition): void {
    if (this.#states.delete(partition)) this.#request = null;
  }

  /** By retention: the next fetch tells the leader. */
  logStartsMoved(): void {
    this.#request = null;
  }

  #fetch(): void {
    if (this.#busy) return;
    for (const state of this.#states.values())
      if (state.truncating && this.#mayAsk(state)) this.#findTruncation(state);
    const request = this.#nextRequest();
    if (request === null) {
      this.#sleep();
      return;
    }
    this.#busy = true;
    const requested = this.#requested;
    this.#channel.send(request, (response) => this.#fetched(request, requested, response));
  }

  /** The same request as before when no position has changed: it is built only once. */
  #nextRequest(): FetchRequest | null {
    if (this.#request !== null) return this.#request;
    const { cluster, brokerId, brokerEpoch } = this.#host;
    const requested: FetchState[] = [];
    const partitions: FetchPartition[] = [];
    const tellsEpoch = cluster.rules.truncationTime() === 'on-fetch';
    let complete = true;
    for (const state of this.#states.values()) {
      if (state.truncating || !this.#mayAsk(state)) {
        complete = false;
        continue;
      }
      requested.push(state);
      partitions.push({
        partition: state.partition.name,
        topicId: state.partition.topicId,
        fetchOffset: state.partition.log.logEndOffset,
        lastFetchedEpoch: tellsEpoch ? state.partition.log.epochs.latestEpoch : NO_EPOCH,
        currentLeaderEpoch: state.leaderEpoch,
        logStartOffset: state.partition.log.logStartOffset,
      });
    }
    if (partitions.length === 0) return null;
    const request: FetchRequest = {
      api: Api.Fetch,
      replicaId: brokerId,
      replicaEpoch: brokerEpoch,
      maxWaitMs: cluster.configuration['replica.fetch.wait.max.ms'],
      minRecords: cluster.configuration['replica.fetch.min.bytes'],
      partitions,
    };
    this.#requested = requested;
    this.#request = complete ? request : null;
    return request;
  }

  #mayAsk({ failed, resolving, delayedUntilMs }: FetchState): boolean {
    return !failed && !resolving && delayedUntilMs <= this.#host.context.monotonicMs();
  }

  #sleep(): void {
    if (this.#wakeUp !== null) return;
    const nowMs = this.#host.context.monotonicMs();
    let untilMs = Number.POSITIVE_INFINITY;
    for (const state of this.#states.values()) {
      if (!state.failed && !state.resolving && state.delayedUntilMs < untilMs) untilMs = state.delayedUntilMs;
    }
    if (untilMs === Number.POSITIVE_INFINITY) return;
    this.#wakeUp = this.#host.context.after(Math.max(1, untilMs - nowMs), TimerName.FetcherBackoff, () => {
      this.#wakeUp = null;
      this.#fetch();
    });
  }

  #fetched(request: FetchRequest, requested: readonly FetchState[], response: FetchResponse | null): void {
    this.#busy = false;
    if (response === null) {
      for (const state of requested) this.#delay(state);
    } else {
      for (let i = 0; i < requested.length; i++) {
        this.#process(requested[i]!, request.partitions[i]!, response.partitions[i]!);
      }
    }
    this.#fetch();
  }

  #process(state: FetchState, asked: FetchPartition, fetched: FetchedPartition): void {
    const { partition } = state;
    // Only an answer to the present position in the present epoch counts (KAFKA-7786).
    if (this.#states.get(partition) !== state || partition.log.logEndOffset !== asked.fetchOffset) return;
    partition.noteFetchError(fetched.error === Errors.NONE ? null : errorName(fetched.error));
    switch (fetched.error) {
      case Errors.NONE:
        if (!this.#attempt(partition, () => this.#accept(state, fetched))) this.#diskFailed(state);
        return;
      case Errors.OFFSET_OUT_OF_RANGE:
        this.#resolveOutOfRange(state);
        return;
      case Errors.FENCED_LEADER_EPOCH:
        state.failed = true;
        this.#request = null;
        return;
      default:
        this.#delay(state);
    }
  }

  #accept(state: FetchState, fetched: FetchedPartition): void {
    const { partition } = state;
    const { rules } = this.#host.cluster;
    if (fetched.divergingEpoch !== null) {
      this.#request = null;
      if (rules.takesHighWatermarkWhenDiverging()) partition.followHighWatermark(fetched.highWatermark);
      const truncation = rules.truncationOnDivergence(fetched.divergingEpoch, partition.followerLog());
      partition.truncateTo(truncation.toOffset);
      if (truncation.again) {
        const { context } = this.#host;
        context.world.probe(
          Probe['truncated-unknown-epoch'],
          context.host,
          truncation.toOffset,
          state.leaderEpoch,
        );
      }
      return;
    }
    // The ordinary fetch allocates nothing.
    if (fetched.logStartOffset > partition.log.logStartOffset) {
      const to = rules.restartAtLeaderStart(
        partition.followerLog(),
        state.leaderEpoch,
        fetched.logStartOffset,
      );
      if (to !== null) {
        partition.truncateFullyAndStartAt(to);
        this.#request = null;
      }
    }
    for (const batch of fetched.batches) {
      if (!rules.mayAppendFetched(batch.leaderEpoch, state.leaderEpoch)) break;
      const restart = rules.restartWithinBatch(batch, partition.log, fetched.logStartOffset);
      if (restart !== null) partition.truncateFullyAndStartAt(restart);
      if (batch.baseOffset !== partition.log.logEndOffset) {
        this.#giveUp(state, batch.baseOffset);
        return;
      }
      const refusal = partition.log.producers.validateReplicated(batch);
      if (refusal !== Errors.NONE) {
        partition.noteFetchError(errorName(refusal));
        this.#delay(state);
        return;
      }
      partition.appendFetched(batch);
      this.#request = null;
    }
    partition.followHighWatermark(fetched.highWatermark);
    const { logStartOffset } = partition.log;
    partition.followLogStart(fetched.logStartOffset);
    if (partition.log.logStartOffset !== logStartOffset) this.#request = null;
  }

  /** Asks where the last epoch ends in the leader's log, and truncates there, before the first fetch of an epoch (KIP-101). */
  #findTruncation(state: FetchState): void {
    const { partition } = state;
    const lastEpoch = partition.log.epochs.latestEpoch;
    if (lastEpoch === NO_EPOCH) {
      state.truncating = false;
      return;
    }
    state.resolving = true;
    this.#channel.send(
      {
        api: Api.OffsetsForLeaderEpoch,
        replicaId: this.#host.brokerId,
        partitions: [
          { partition: partition.name, currentLeaderEpoch: state.leaderEpoch, leaderEpoch: lastEpoch },
        ],
      },
      (response: OffsetsForLeaderEpochResponse | null) => {
        const current = this.#states.get(partition);
        const { rules } = this.#host.cluster;
        if (current === undefined || rules.isStaleTruncation(state.leaderEpoch, current.leaderEpoch)) return;
        if (!this.#attempt(partition, () => this.#truncate(current, response))) this.#diskFailed(current);
        this.#resolved(current);
      },
    );
  }

  #truncate(state: FetchState, response: OffsetsForLeaderEpochResponse | null): void {
    const { partition } = state;
    const answer = response?.partitions[0];
    if (answer === undefined || answer.error !== Errors.NONE) {
      if (answer?.error === Errors.FENCED_LEADER_EPOCH) state.failed = true;
      else this.#delay(state);
      return;
    }
    // A leader that cannot tell leaves the follower nothing but its high watermark.
    const { highWatermark } = partition;
    const truncation =
      answer.leaderEpoch === NO_EPOCH
        ? { toOffset: highWatermark, again: false }
        : this.#host.cluster.rules.truncationOnDivergence(
            { epoch: answer.leaderEpoch, endOffset: answer.endOffset },
            partition.followerLog(),
          );
    partition.truncateTo(truncation.toOffset);
    state.truncating = truncation.again;
  }

  /** What the leader sends does not continue the log: Kafka stops fetching the partition (markPartitionFailed). */
  #giveUp(state: FetchState, baseOffset: number): void {
    const { context } = this.#host;
    context.world.probe(
      Probe['replica-fetch-failed'],
      context.host,
      baseOffset,
      state.partition.log.logEndOffset,
    );
    state.partition.noteFetchError('records that do not continue its log');
    state.failed = true;
    this.#request = null;
  }

  /** What its disk does not take it does not fetch (Kafka: markPartitionFailed). */
  #diskFailed(state: FetchState): void {
    state.failed = true;
    this.#request = null;
  }

  /** Asks the leader for the end of its log, and then for its start, before anything is thrown away. */
  #resolveOutOfRange(state: FetchState): void {
    const { partition } = state;
    const { rules } = this.#host.cluster;
    state.resolving = true;
    this.#request = null;
    this.#askLeader(state, LATEST_TIMESTAMP, (endOffset) => {
      const to =
        endOffset === null ? null : rules.truncationOutOfRange(endOffset, partition.log.logEndOffset);
      if (to !== null) {
        if (!this.#attempt(partition, () => partition.truncateTo(to))) this.#diskFailed(state);
        this.#resolved(state);
      } else if (endOffset === null) {
        this.#delay(state);
        this.#resolved(state);
      } else this.#resolveBelowStart(state);
    });
  }

  #resolveBelowStart(state: FetchState): void {
    const { partition } = state;
    const { rules } = this.#host.cluster;
    this.#askLeader(state, EARLIEST_TIMESTAMP, (startOffset) => {
      const to =
        startOffset === null ? null : rules.restartOutOfRange(startOffset, partition.log.logEndOffset);
      if (to !== null) {
        if (!this.#attempt(partition, () => partition.truncateFullyAndStartAt(to))) this.#diskFailed(state);
      }
      // Else the leader may come to know the epoch with its next append; asking at once would not help.
      else this.#delay(state);
      this.#resolved(state);
    });
  }

  /** Null when there was no answer, or an error. */
  #askLeader(
    state: FetchState,
    timestamp: typeof EARLIEST_TIMESTAMP | typeof LATEST_TIMESTAMP,
    answered: (offset: number | null) => void,
  ): void {
    const { partition, leaderEpoch } = state;
    this.#channel.send(
      {
        api: Api.ListOffsets,
        replicaId: this.#host.brokerId,
        partitions: [{ partition: partition.name, timestamp, currentLeaderEpoch: leaderEpoch }],
      },
      (response: ListOffsetsResponse | null) => {
        if (this.#states.get(partition) !== state) return;
        const answer = response?.partitions[0];
        answered(answer !== undefined && answer.error === Errors.NONE ? answer.offset : null);
      },
    );
  }

  #resolved(state: FetchState): void {
    state.resolving = false;
    this.#request = null;
    this.#fetch();
  }

  #delay(state: FetchState): void {
    const { cluster, context } = this.#host;
    state.delayedUntilMs = context.monotonicMs() + cluster.configuration['replica.fetch.backoff.ms'];
    this.#request = null;
  }
}
