import { assert } from '../../../assert.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import { assertLegalTransition, newBallot } from './quorum-roles.ts';
import type { Follower, Leader, Role } from './quorum-roles.ts';
import { QuorumStateStore } from './quorum-state-store.ts';
import type { ElectionState } from './quorum-state-store.ts';
import type { RaftVoter } from './raft-voter.ts';
import { RoleTimer } from './role-timer.ts';

/** Acts in the role that a voter has entered. */
export interface RoleListener {
  /** The epoch is on disk and the timer of the role runs. */
  entered(role: Role, before: Role): void;
  onRoleTimeout(role: Role): void;
}

/**
 * The role and the epoch of a voter: the only place that changes them (Kafka's QuorumState). A transition writes what
 * must survive a restart, then enters the role. The legal transitions are in `quorum-roles.ts`.
 */
export class QuorumState {
  readonly #voter: RaftVoter;
  readonly #listener: RoleListener;
  readonly #store: QuorumStateStore;
  readonly #timer: RoleTimer;
  #role: Role = { is: 'unattached' };

  constructor(voter: RaftVoter, listener: RoleListener) {
    this.#voter = voter;
    this.#listener = listener;
    this.#store = new QuorumStateStore(voter.context.host.disk);
    this.#timer = new RoleTimer(voter.context, voter.fetchTimeoutMs, () =>
      listener.onRoleTimeout(this.#role),
    );
  }

  get role(): Role {
    return this.#role;
  }

  get epoch(): number {
    return this.#store.read().epoch;
  }

  /** -1 when unknown. A leader that has resigned is none. */
  get leaderId(): number {
    const { role } = this;
    if (role.is === 'leader') return this.#voter.id;
    return role.is === 'follower' ? role.leaderId : -1;
  }

  get election(): ElectionState {
    return this.#store.read();
  }

  /** The fields of every response between voters. */
  view(error: ErrorCode): { error: ErrorCode; leaderEpoch: number; leaderId: number } {
    return { error, leaderEpoch: this.epoch, leaderId: this.leaderId };
  }

  /** A voter that led does not lead on: what it sent last may have been lost with its memory. `logEpoch`: of its last entry. */
  start(logEpoch: number): void {
    const { epoch, leaderId } = this.#store.read();
    if (this.#voter.isOnly) this.becomeCandidate(logEpoch);
    else if (logEpoch > epoch) this.becomeUnattached(logEpoch);
    else if (leaderId === this.#voter.id) this.becomeResigned();
    else if (leaderId !== null) this.becomeFollower(epoch, leaderId);
    else this.becomeUnattached(epoch);
  }

  /** Takes over the epoch and the leader that a message names, unless they are known already. `leaderId` -1: unknown. */
  maybeTransition(epoch: number, leaderId: number): void {
    if (this.#role.is === 'halted' || epoch < this.epoch) return;
    if (leaderId !== -1 && leaderId !== this.#voter.id) {
      if (epoch > this.epoch || !this.#knowsLeader) this.becomeFollower(epoch, leaderId);
    } else if (epoch > this.epoch) this.becomeUnattached(epoch);
  }

  /** A prospective voter still knows its leader, and is not sent back to it by others that know no better (KIP-996). */
  get #knowsLeader(): boolean {
    const role = this.#role;
    if (role.is === 'prospective') return role.leaderId !== null;
    return role.is === 'follower' || role.is === 'leader' || role.is === 'resigned';
  }

  // Transitions.

  becomeUnattached(epoch: number): void {
    const isLater = epoch > this.epoch;
    assertLegalTransition(this.#role.is, 'unattached', this.epoch, epoch);
    if (isLater) this.#store.write({ epoch, votedFor: null, leaderId: null });
    this.#enter({ is: 'unattached' }, this.#voter.electionTimeoutMs(epoch));
  }

  /** Writes the vote down before the candidate receives it. */
  becomeVoted(candidateId: number): void {
    const { epoch, votedFor } = this.#store.read();
    assert(votedFor === null, 'a voter has one vote in an epoch', votedFor, candidateId);
    assertLegalTransition(this.#role.is, 'unattached', epoch, epoch);
    this.#store.write({ epoch, votedFor: candidateId, leaderId: null });
    this.#enter({ is: 'unattached' }, this.#voter.electionTimeoutMs(epoch));
  }

  becomeFollower(epoch: number, leaderId: number): void {
    assert(leaderId !== this.#voter.id, 'a voter does not follow itself', leaderId);
    const before = this.#store.read();
    assertLegalTransition(this.#role.is, 'follower', before.epoch, epoch);
    const votedFor = before.epoch === epoch ? before.votedFor : null;
    this.#store.write({ epoch, votedFor, leaderId });
    const role: Follower = { is: 'follower', leaderId, hasFetched: false };
    this.#enter(role, this.#voter.fetchTimeoutMs);
  }

  becomeProspective(): void {
    const { epoch } = this;
    assertLegalTransition(this.#role.is, 'prospective', epoch, epoch);
    const leaderId = this.#role.is === 'follower' ? this.#role.leaderId : null;
    const ballot = newBallot(this.#voter.id);
    this.#enter({ is: 'prospective', leaderId, ballot }, this.#voter.electionTimeoutMs(epoch));
  }

  /** The pre-vote was neither won nor lost in time, or it was lost: back to where the voter came from. */
  abandonPreVote(leaderId: number | null): void {
    if (leaderId !== null) this.becomeFollower(this.epoch, leaderId);
    else this.becomeUnattached(this.epoch);
  }

  /** `logEpoch`: of the last entry of the log; the new epoch lies above it. */
  becomeCandidate(logEpoch: number): void {
    const epoch = Math.max(this.epoch, logEpoch) + 1;
    assertLegalTransition(this.#role.is, 'candidate', this.epoch, epoch);
    this.#store.write({ epoch, votedFor: this.#voter.id, leaderId: null });
    const ballot = newBallot(this.#voter.id);
    this.#enter({ is: 'candidate', ballot }, this.#voter.electionTimeoutMs(epoch));
  }

  /** `epochStartOffset`: the end of its log, where the first entry of its epoch will lie. */
  becomeLeader(epochStartOffset: number): void {
    const { epoch } = this;
    const { id, peers, isOnly, context, checkQuorumMs } = this.#voter;
    assertLegalTransition(this.#role.is, 'leader', epoch, epoch);
    this.#store.write({ epoch, votedFor: id, leaderId: id });
    const role: Leader = {
      is: 'leader',
      epochStartOffset,
      followers: new Map(
        peers.map((peer) => [peer.id, { acknowledged: -1, hasFetchedSinceReminder: false }]),
      ),
      fetching: new Set(),
      lastMajorityFetchMs: context.monotonicMs(),
      active: false,
    };
    this.#enter(role, isOnly ? null : checkQuorumMs);
  }

  becomeResigned(): void {
    const { epoch } = this;
    assertLegalTransition(this.#role.is, 'resigned', epoch, epoch);
    this.#enter({ is: 'resigned' }, this.#voter.electionTimeoutMs(epoch));
  }

  /** A voter that cannot know what is committed takes no part any more. */
  halt(): void {
    assertLegalTransition(this.#role.is, 'halted', this.epoch, this.epoch);
    this.#enter({ is: 'halted' }, null);
  }

  /** `forMs`: how long until the role times out; null: never. */
  #enter(role: Role, forMs: number | null): void {
    const before = this.#role;
    this.#role = role;
    this.#timer.start(forMs);
    this.#listener.entered(role, before);
  }

  // Time.

  resetTimer(ms: number): void {
    this.#timer.reset(ms);
  }

  /** A follower has fetched: once a majority has, the leader may lead for another while (KAFKA-15489: whatever they find). */
  recordFetch(role: Leader, replicaId: number): void {
    const { majority, context, checkQuorumMs } = this.#voter;
    role.fetching.add(replicaId);
    if (role.fetching.size < majority - 1) return;
    role.fetching.clear();
    role.lastMajorityFetchMs = context.monotonicMs();
    this.#timer.moveDeadline(role.lastMajorityFetchMs + checkQuorumMs);
  }
}
