import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { Context } from '../../kernel/context.ts';
import type { RaftLog } from '../../metadata/raft-log.ts';
import type { Message } from '../../net/message.ts';
import type { MetadataRecord } from '../../protocol/metadata-records.ts';
import type { MetadataSnapshot } from '../../protocol/metadata-snapshot.ts';
import type { QuorumRequest } from '../../protocol/quorum-messages.ts';
import { Elections } from './elections.ts';
import { FollowerFetcher } from './follower-fetcher.ts';
import type { KraftCluster } from './kraft-cluster.ts';
import { LeaderReplication } from './leader-replication.ts';
import type { Leader, Role } from './quorum-roles.ts';
import { QuorumState } from './quorum-state.ts';
import { RaftReplica } from './raft-replica.ts';
import { RaftVoter } from './raft-voter.ts';

/** Applies what the quorum has agreed on. */
export interface RaftListener {
  /** This controller leads, and all that was ever committed is below its high watermark. */
  becameActive(): void;
  /** It leads no more. What was appended and not committed may yet be committed, or be lost. */
  lostLeadership(): void;
  /** More is committed, as far as this controller knows. */
  committed(): void;
}

/**
 * One voter of the quorum that keeps the metadata log (KIP-595 with the pre-votes of KIP-996): Raft, in which followers
 * pull. It acts in the role that QuorumState holds; what is decided is in `rules/quorum.ts`.
 */
export class RaftClient {
  readonly #voter: RaftVoter;
  readonly #state: QuorumState;
  readonly #replica: RaftReplica;
  readonly #elections: Elections;
  readonly #leading: LeaderReplication;
  readonly #following: FollowerFetcher;
  readonly #listener: RaftListener;

  constructor(context: Context, cluster: KraftCluster, id: number, listener: RaftListener) {
    const voter = new RaftVoter(context, cluster, id);
    const replica = new RaftReplica(voter);
    const state = new QuorumState(voter, {
      entered: (role, before) => this.#entered(role, before),
      onRoleTimeout: (role) => this.#onRoleTimeout(role),
    });
    this.#voter = voter;
    this.#replica = replica;
    this.#state = state;
    this.#listener = listener;
    this.#elections = new Elections(voter, state, replica);
    this.#leading = new LeaderReplication(voter, state, replica, (becameActive) => {
      if (becameActive) listener.becameActive();
      listener.committed();
    });
    this.#following = new FollowerFetcher(voter, state, replica, () => listener.committed());
  }

  get log(): RaftLog {
    return this.#replica.log;
  }

  get role(): Role {
    return this.#state.role;
  }

  get epoch(): number {
    return this.#state.epoch;
  }

  /** -1 when unknown. A leader that has resigned is none. */
  get leaderId(): number {
    return this.#state.leaderId;
  }

  /** Everything below is committed, as far as this controller knows. */
  get highWatermark(): number {
    return this.#replica.highWatermark;
  }

  start(): void {
    this.#state.start(this.log.lastEpoch);
  }

  /** Resigns so that the other voters need not wait for a timeout. */
  shutdown(): void {
    const { role } = this;
    if (role.is === 'leader') this.#elections.resign(role);
  }

  /** A controller that cannot know what is committed takes no part in the quorum. */
  halt(): void {
    this.#state.halt();
  }

  /** Appends what the leader has decided. It is committed when `highWatermark` has passed it. */
  append(records: readonly MetadataRecord[]): void {
    const { role, epoch } = this;
    if (role.is !== 'leader') throw new Error(`controller ${this.#voter.id} does not lead`);
    this.#replica.append(records.map((record) => ({ epoch, record })));
    this.#leading.advanceHighWatermark(role);
    this.#leading.completeDelayedFetches(Errors.NONE);
  }

  /** Keeps a snapshot of what is committed. */
  writeSnapshot(snapshot: MetadataSnapshot): void {
    this.#replica.writeSnapshot(snapshot);
  }

  /** Deletes the entries that may go. `retainedEntries`: so many committed entries may stay although a snapshot includes them. */
  deleteOldEntries(retainedEntries: number): void {
    this.#replica.deleteOldEntries(retainedEntries);
  }

  onRequest(message: Message, request: QuorumRequest): void {
    switch (request.api) {
      case Api.Vote:
        this.#elections.onVote(message, request);
        return;
      case Api.BeginQuorumEpoch:
        this.#elections.onBeginQuorumEpoch(message, request);
        return;
      case Api.EndQuorumEpoch:
        this.#elections.onEndQuorumEpoch(message, request);
        return;
      case Api.FetchQuorum:
        this.#leading.onFetch(message, request);
        return;
      case Api.FetchSnapshot:
        this.#leading.onFetchSnapshot(message, request);
        return;
    }
  }

  // Roles.

  #entered(role: Role, before: Role): void {
    if (before.is === 'leader') {
      this.#leading.completeDelayedFetches(Errors.NOT_LEADER_OR_FOLLOWER);
      this.#listener.lostLeadership();
    }
    switch (role.is) {
      case 'follower':
        this.#following.fetch(role);
        return;
      case 'prospective':
        this.#elections.requestVotes(role);
        return;
      case 'candidate':
        if (this.#voter.isOnly) this.#state.becomeLeader(this.log.endOffset);
        else this.#elections.requestVotes(role);
        return;
      case 'leader':
        this.#beginToLead(role);
        return;
      case 'unattached':
      case 'resigned':
      case 'halted':
        return;
    }
  }

  #beginToLead(role: Leader): void {
    const { id, cluster } = this.#voter;
    cluster.quorumObserver.leaderElected(id, this.epoch, this.log);
    this.#voter.probe('quorum-leader-elected', id, this.epoch);
    this.#leading.sendBeginQuorumEpoch(role);
    this.append([{ type: 'LeaderChange', leaderId: id }]);
  }

  #onRoleTimeout(role: Role): void {
    switch (role.is) {
      case 'unattached':
      case 'follower':
      case 'candidate':
        this.#state.becomeProspective();
        return;
      case 'prospective':
        this.#state.abandonPreVote(role.leaderId);
        return;
      case 'resigned':
        this.#state.becomeUnattached(this.epoch + 1);
        return;
      case 'leader':
        this.#checkQuorum(role);
        return;
      case 'halted':
        return;
    }
  }

  /** A leader that no majority fetches from resigns. */
  #checkQuorum(role: Leader): void {
    const { cluster, context, id, voters, checkQuorumMs } = this.#voter;
    const withoutMajorityMs = context.monotonicMs() - role.lastMajorityFetchMs;
    if (cluster.rules.hasLostQuorum(voters, withoutMajorityMs, checkQuorumMs)) {
      this.#elections.resign(role);
      return;
    }
    cluster.quorumObserver.leaderStays(id, this.epoch, withoutMajorityMs, checkQuorumMs);
    this.#state.resetTimer(checkQuorumMs);
  }
}
