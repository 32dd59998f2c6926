import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type {
  FetchQuorumRequest,
  FetchQuorumResponse,
  FetchSnapshotResponse,
} from '../../protocol/quorum-messages.ts';
import type { SnapshotId } from '../../protocol/metadata-snapshot.ts';
import type { Follower } from './quorum-roles.ts';
import type { QuorumState } from './quorum-state.ts';
import type { RaftReplica } from './raft-replica.ts';
import { RETRY_BACKOFF_MS } from './raft-voter.ts';
import type { Peer, RaftVoter } from './raft-voter.ts';

/** Kafka's controller.quorum.fetch.max.wait, which plans leave at its default. */
const MAX_WAIT_MS = 500;

/**
 * The follower's side of replication: it fetches from its leader without a pause, truncates where the two logs part,
 * and loads a snapshot where the leader has deleted what comes next. An answer that arrives in another role is dropped.
 */
export class FollowerFetcher {
  readonly #voter: RaftVoter;
  readonly #state: QuorumState;
  readonly #replica: RaftReplica;
  readonly #onCommitted: () => void;

  /** `onCommitted`: called when the high watermark has moved. */
  constructor(voter: RaftVoter, state: QuorumState, replica: RaftReplica, onCommitted: () => void) {
    this.#voter = voter;
    this.#state = state;
    this.#replica = replica;
    this.#onCommitted = onCommitted;
  }

  fetch(role: Follower): void {
    const { id, fetchTimeoutMs } = this.#voter;
    const { log } = this.#replica;
    const request: FetchQuorumRequest = {
      api: Api.FetchQuorum,
      replicaId: id,
      currentLeaderEpoch: this.#state.epoch,
      fetchOffset: log.endOffset,
      lastFetchedEpoch: log.lastEpoch,
      // Less than the fetch timeout, which the answer keeps from running out.
      maxWaitMs: Math.min(MAX_WAIT_MS, fetchTimeoutMs / 2),
    };
    this.#leaderOf(role).fetches.send(request, (response) => this.#onFetched(role, response));
  }

  #fetchLater(role: Follower): void {
    this.#voter.context.after(RETRY_BACKOFF_MS, TimerName.QuorumFetchRetry, () => {
      if (this.#state.role === role) this.fetch(role);
    });
  }

  #leaderOf({ leaderId }: Follower): Peer {
    const leader = this.#voter.peers.find((peer) => peer.id === leaderId);
    if (leader === undefined) throw new Error(`controller ${this.#voter.id} cannot follow ${leaderId}`);
    return leader;
  }

  #onFetched(role: Follower, response: FetchQuorumResponse | null): void {
    if (response !== null) this.#state.maybeTransition(response.leaderEpoch, response.leaderId);
    if (this.#state.role !== role) return;
    if (response === null || response.error !== Errors.NONE) {
      this.#fetchLater(role);
      return;
    }
    role.hasFetched = true;
    this.#state.resetTimer(this.#voter.fetchTimeoutMs);
    if (response.snapshotId !== null) {
      this.#fetchSnapshot(role, response.snapshotId);
      return;
    }
    if (response.divergingEpoch === null) {
      this.#replica.append(response.entries);
      this.#learnHighWatermark(response.highWatermark);
    } else if (!this.#replica.truncateToLeader(response.divergingEpoch)) {
      this.#state.halt();
      return;
    }
    this.fetch(role);
  }

  #learnHighWatermark(leaders: number): void {
    const { highWatermark, log } = this.#replica;
    const next = Math.max(highWatermark, Math.min(leaders, log.endOffset));
    if (next === highWatermark) return;
    this.#replica.commitTo(next, this.#state.epoch);
    this.#onCommitted();
  }

  #fetchSnapshot(role: Follower, snapshotId: SnapshotId): void {
    this.#leaderOf(role).fetches.send(
      { api: Api.FetchSnapshot, snapshotId, currentLeaderEpoch: this.#state.epoch },
      (response) => this.#onSnapshot(role, response),
    );
  }

  #onSnapshot(role: Follower, response: FetchSnapshotResponse | null): void {
    if (response !== null) this.#state.maybeTransition(response.leaderEpoch, response.leaderId);
    if (this.#state.role !== role) return;
    const snapshot = response?.snapshot ?? null;
    // A snapshot that ends at or below the high watermark holds nothing new.
    if (snapshot === null || snapshot.endOffset <= this.#replica.highWatermark) {
      this.#fetchLater(role);
      return;
    }
    this.#replica.loadSnapshot(snapshot);
    this.#state.resetTimer(this.#voter.fetchTimeoutMs);
    this.#onCommitted();
    this.fetch(role);
  }
}
