import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { Timer } from '../../kernel/context.ts';
import type { Message } from '../../net/message.ts';
import type {
  FetchQuorumRequest,
  FetchQuorumResponse,
  FetchSnapshotRequest,
  MetadataEntry,
} from '../../protocol/quorum-messages.ts';
import type { Leader } from './quorum-roles.ts';
import type { QuorumState } from './quorum-state.ts';
import type { RaftReplica } from './raft-replica.ts';
import type { RaftVoter } from './raft-voter.ts';

/** A fetch that waits for news. */
interface DelayedFetch {
  readonly message: Message;
  readonly request: FetchQuorumRequest;
  readonly timer: Timer;
}

/** The leader's side of replication: it answers fetches, and counts what followers have as acknowledged. */
export class LeaderReplication {
  readonly #voter: RaftVoter;
  readonly #state: QuorumState;
  readonly #replica: RaftReplica;
  /** The high watermark has moved. `becameActive`: past the start of the leader's epoch, for the first time. */
  readonly #onCommitted: (becameActive: boolean) => void;
  #delayed: DelayedFetch[] = [];

  constructor(
    voter: RaftVoter,
    state: QuorumState,
    replica: RaftReplica,
    onCommitted: (becameActive: boolean) => void,
  ) {
    this.#voter = voter;
    this.#state = state;
    this.#replica = replica;
    this.#onCommitted = onCommitted;
  }

  onFetch(message: Message, request: FetchQuorumRequest): void {
    const { role, epoch } = this.#state;
    const { replicaId, currentLeaderEpoch, fetchOffset, lastFetchedEpoch } = request;
    if (currentLeaderEpoch < epoch) return this.#respond(message, request, Errors.FENCED_LEADER_EPOCH);
    if (currentLeaderEpoch > epoch) return this.#respond(message, request, Errors.UNKNOWN_LEADER_EPOCH);
    const follower = role.is === 'leader' ? role.followers.get(replicaId) : undefined;
    if (role.is !== 'leader' || follower === undefined)
      return this.#respond(message, request, Errors.NOT_LEADER_OR_FOLLOWER);
    this.#state.recordFetch(role, replicaId);
    follower.hasFetchedSinceReminder = true;
    const { rules } = this.#voter.cluster;
    const { log } = this.#replica;
    const { startOffset, snapshotId } = log;
    const start = { startOffset, startEpoch: log.epochBefore(startOffset) };
    if (rules.needsMetadataSnapshot(start, fetchOffset, lastFetchedEpoch)) {
      const error = snapshotId === null ? Errors.OFFSET_OUT_OF_RANGE : Errors.NONE;
      message.connection.respond(message, { ...this.#response(error, null, []), snapshotId });
      return;
    }
    const diverging = rules.quorumDivergence(log.endOfEpoch, fetchOffset, lastFetchedEpoch);
    if (diverging !== null) {
      message.connection.respond(message, this.#response(Errors.NONE, diverging, []));
      return;
    }
    follower.acknowledged = fetchOffset;
    this.advanceHighWatermark(role);
    if (fetchOffset < log.endOffset) this.#respond(message, request, Errors.NONE);
    else this.#delay(message, request);
  }

  #delay(message: Message, request: FetchQuorumRequest): void {
    const timer = this.#voter.context.after(request.maxWaitMs, TimerName.QuorumFetchExpiry, () => {
      this.#delayed = this.#delayed.filter((delayed) => delayed.message !== message);
      this.#respond(message, request, Errors.NONE);
    });
    this.#delayed.push({ message, request, timer });
  }

  /** Answers all fetches that wait. */
  completeDelayedFetches(error: ErrorCode): void {
    const delayed = this.#delayed;
    this.#delayed = [];
    for (const { message, request, timer } of delayed) {
      timer.cancel();
      this.#respond(message, request, error);
    }
  }

  advanceHighWatermark(role: Leader): void {
    const { isOnly, cluster } = this.#voter;
    const acknowledged = [this.#replica.acknowledgedOffset];
    for (const follower of role.followers.values()) acknowledged.push(follower.acknowledged);
    const { epochStartOffset } = role;
    const { highWatermark } = this.#replica;
    const next = cluster.rules.nextQuorumHighWatermark({ highWatermark, epochStartOffset, acknowledged });
    if (next === highWatermark) return;
    if (!isOnly) this.#voter.probe('quorum-high-watermark-moved', next, this.#state.epoch);
    this.#replica.commitTo(next, this.#state.epoch);
    const becameActive = !role.active && next > epochStartOffset;
    if (becameActive) role.active = true;
    this.#onCommitted(becameActive);
  }

  onFetchSnapshot(message: Message, { snapshotId, currentLeaderEpoch }: FetchSnapshotRequest): void {
    const { snapshot } = this.#replica.log;
    const error = this.#snapshotError(currentLeaderEpoch, snapshot?.endOffset === snapshotId.endOffset);
    const held = error === Errors.NONE ? snapshot : null;
    message.connection.respond(message, {
      api: Api.FetchSnapshot,
      ...this.#state.view(error),
      snapshot: held,
    });
  }

  #snapshotError(currentLeaderEpoch: number, isHeld: boolean): ErrorCode {
    const { role, epoch } = this.#state;
    if (role.is !== 'leader') return Errors.NOT_LEADER_OR_FOLLOWER;
    if (currentLeaderEpoch !== -1 && currentLeaderEpoch < epoch) return Errors.FENCED_LEADER_EPOCH;
    if (currentLeaderEpoch > epoch) return Errors.UNKNOWN_LEADER_EPOCH;
    // A newer snapshot has replaced it: the answer to the next fetch names that one.
    return isHeld ? Errors.NONE : Errors.SNAPSHOT_NOT_FOUND;
  }

  /** Sends BeginQuorumEpoch to the followers that do not fetch, again and again while this voter leads. */
  sendBeginQuorumEpoch(role: Leader): void {
    const { context, id, isOnly, peers, fetchTimeoutMs } = this.#voter;
    if (this.#state.role !== role || isOnly) return;
    for (const peer of peers) {
      const follower = role.followers.get(peer.id);
      if (follower === undefined) continue;
      const isSilent = !follower.hasFetchedSinceReminder && !this.#hasDelayedFetchOf(peer.id);
      follower.hasFetchedSinceReminder = false;
      if (!isSilent) continue;
      peer.elections.send(
        { api: Api.BeginQuorumEpoch, leaderId: id, leaderEpoch: this.#state.epoch },
        (response) => {
          if (response !== null) this.#state.maybeTransition(response.leaderEpoch, response.leaderId);
        },
      );
    }
    context.after(fetchTimeoutMs / 2, TimerName.QuorumEpochReminder, () => this.sendBeginQuorumEpoch(role));
  }

  #hasDelayedFetchOf(replicaId: number): boolean {
    return this.#delayed.some(({ request }) => request.replicaId === replicaId);
  }

  #respond(message: Message, { fetchOffset }: FetchQuorumRequest, error: ErrorCode): void {
    const entries = error === Errors.NONE ? this.#replica.log.slice(fetchOffset) : [];
    message.connection.respond(message, this.#response(error, null, entries));
  }

  #response(
    error: ErrorCode,
    divergingEpoch: FetchQuorumResponse['divergingEpoch'],
    entries: readonly MetadataEntry[],
  ): FetchQuorumResponse {
    const { highWatermark } = this.#replica;
    const view = this.#state.view(error);
    return { api: Api.FetchQuorum, ...view, highWatermark, divergingEpoch, snapshotId: null, entries };
  }
}
