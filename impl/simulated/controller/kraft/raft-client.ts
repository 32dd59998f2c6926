import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import type {
  BeginQuorumEpochRequest,
  EndQuorumEpochRequest,
  FetchQuorumRequest,
  FetchQuorumResponse,
  FetchSnapshotRequest,
  FetchSnapshotResponse,
  MetadataEntry,
  QuorumRequest,
  VoteRequest,
  VoteResponse,
} from '../../protocol/quorum-messages.ts';
import type { MetadataRecord } from '../../protocol/metadata-records.ts';
import type { MetadataSnapshot, SnapshotId } from '../../protocol/metadata-snapshot.ts';
import { NetworkClient } from '../../net/network-client.ts';
import type { Message } from '../../net/message.ts';
import type { Context, Timer } from '../../kernel/context.ts';
import { Purpose } from '../../catalogue/purposes.ts';
import { mix } from '../../kernel/mix.ts';
import { Probe } from '../../catalogue/probes.ts';
import type { ProbeName } from '../../catalogue/probes.ts';
import { TimerName } from '../../catalogue/timers.ts';
import type { Voter } from '../../rules/quorum.ts';
import type { KraftCluster } from './kraft-cluster.ts';
import { QuorumStateStore } from './quorum-state-store.ts';
import { RaftLog } from '../../metadata/raft-log.ts';
import { newBallot } from './role.ts';
import type { Ballot, Follower, Leader, ReplicaState, Role } from './role.ts';

/** Kafka's controller.quorum.fetch.max.wait and retry.backoff: fixed, for nobody tunes them. */
const MAX_WAIT_MS = 500;
const RETRY_BACKOFF_MS = 20;
/** A leader resigns after this many fetch timeouts without a majority (Kafka's CHECK_QUORUM_TIMEOUT_FACTOR). */
const CHECK_QUORUM_FACTOR = 1.5;

/** Who applies what the quorum has agreed on. */
export interface RaftListener {
  /** This controller leads, and all that was ever committed is below its high watermark. */
  becameActive(): void;
  /** It leads no more. What was appended and not committed may yet be, or not. */
  lostLeadership(): void;
  /** More is committed, as far as this controller knows. */
  committed(): void;
}

interface Peer {
  readonly id: number;
  /** Fetches wait at the leader, and would hold up whatever comes after them on the same connection. */
  readonly fetches: NetworkClient;
  readonly elections: NetworkClient;
}

interface ParkedFetch {
  readonly message: Message;
  readonly request: FetchQuorumRequest;
  readonly timer: Timer;
}

/**
 * One voter of the quorum that keeps the metadata log (KIP-595 with the pre-votes of KIP-996): Raft, in
 * which followers pull. It carries data and time; what is decided is in `rules/quorum.ts`.
 */
export class RaftClient {
  readonly log: RaftLog;
  readonly #context: Context;
  readonly #cluster: KraftCluster;
  readonly #id: number;
  readonly #peers: readonly Peer[];
  readonly #state: QuorumStateStore;
  readonly #listener: RaftListener;
  #role: Role = { is: 'unattached' };
  #highWatermark: number;
  #parked: ParkedFetch[] = [];
  /** When the present role has lasted too long, on the monotonic clock; the timer looks and sets itself again. */
  #deadlineMs = 0;
  #timer: Timer | null = null;
  #elections = 0;

  constructor(context: Context, cluster: KraftCluster, id: number, listener: RaftListener) {
    this.#context = context;
    this.#cluster = cluster;
    this.#id = id;
    this.#listener = listener;
    this.log = new RaftLog(context.host.disk);
    this.#highWatermark = this.log.snapshot?.endOffset ?? 0;
    this.#state = new QuorumStateStore(context.host.disk);
    const channel = (to: number): NetworkClient => {
      const host = cluster.directory.controllers[to - 1];
      if (host === undefined) throw new RangeError(`there is no controller ${to}`);
      return new NetworkClient(context, host, cluster.configuration['controller.quorum.request.timeout.ms']);
    };
    this.#peers = cluster.directory.controllers
      .map((_, index) => index + 1)
      .filter((peer) => peer !== id)
      .map((peer) => ({ id: peer, fetches: channel(peer), elections: channel(peer) }));
  }

  get role(): Role {
    return this.#role;
  }

  get epoch(): number {
    return this.#state.read().epoch;
  }

  /** -1 when unknown. A leader that has resigned is none. */
  get leaderId(): number {
    const { role } = this;
    if (role.is === 'leader') return this.#id;
    return role.is === 'follower' ? role.leaderId : -1;
  }

  get isActive(): boolean {
    return this.#role.is === 'leader' && this.#role.active;
  }

  /** Everything below is committed, as far as this controller knows. */
  get highWatermark(): number {
    return this.#highWatermark;
  }

  /** A voter that led does not lead on: what it sent last may have been lost with its memory. */
  start(): void {
    const { epoch, leaderId } = this.#state.read();
    if (this.#peers.length === 0) this.#becomeCandidate();
    else if (this.log.lastEpoch > epoch) this.#becomeUnattached(this.log.lastEpoch);
    else if (leaderId === this.#id) this.#becomeResigned();
    else if (leaderId !== null) this.#becomeFollower(epoch, leaderId);
    else this.#enter({ is: 'unattached' }, this.#electionTimeoutMs());
  }

  /** Leaves so that the others need not wait for a timeout. */
  shutdown(): void {
    if (this.#role.is === 'leader') this.#resign();
  }

  /** The leader appends what it has decided. It is committed when `highWatermark` has passed it. */
  append(records: readonly MetadataRecord[]): void {
    const role = this.#role;
    if (role.is !== 'leader') throw new Error(`controller ${this.#id} does not lead`);
    const { epoch } = this;
    this.#appendAll(records.map((record) => ({ epoch, record })));
    this.#advanceHighWatermark(role);
    this.#wakeFollowers();
  }

  /** Whoever cannot tell what is committed does not take part any more. */
  halt(): void {
    this.#enter({ is: 'halted' }, null);
  }

  // Snapshots (KIP-630).

  /** Keeps a snapshot of what is committed. */
  writeSnapshot(snapshot: MetadataSnapshot): void {
    this.log.writeSnapshot(snapshot);
    this.#cluster.quorumObserver.snapshotWritten(this.#id, snapshot);
    this.#probe('metadata-snapshot-taken', snapshot.endOffset, snapshot.epoch);
  }

  /** Deletes what may go. `retainedEntries`: so many committed entries may stay whatever the snapshots tell. */
  deleteOldEntries(retainedEntries: number): void {
    const { log } = this;
    const start = this.#cluster.rules.metadataLogStart({
      logStartOffset: log.startOffset,
      highWatermark: this.#highWatermark,
      snapshotEndOffset: log.snapshot?.endOffset ?? 0,
      retainedEntries,
    });
    if (start <= log.startOffset) return;
    log.deleteBefore(start);
    this.#cluster.quorumObserver.logStartMoved(this.#id, log);
    this.#probe('metadata-log-deleted', start, log.endOffset);
  }

  #fetchSnapshotArrived(message: Message, { snapshotId, currentLeaderEpoch }: FetchSnapshotRequest): void {
    const { snapshot } = this.log;
    const error = this.#refusalOfSnapshot(currentLeaderEpoch, snapshot?.endOffset === snapshotId.endOffset);
    const held = error === Errors.NONE ? snapshot : null;
    message.connection.respond(message, { api: Api.FetchSnapshot, ...this.#view(error), snapshot: held });
  }

  #refusalOfSnapshot(currentLeaderEpoch: number, held: boolean): ErrorCode {
    if (this.#role.is !== 'leader') return Errors.NOT_LEADER_OR_FOLLOWER;
    if (currentLeaderEpoch !== -1 && currentLeaderEpoch < this.epoch) return Errors.FENCED_LEADER_EPOCH;
    if (currentLeaderEpoch > this.epoch) return Errors.UNKNOWN_LEADER_EPOCH;
    // A newer one has taken its place: the next fetch will name that.
    return held ? Errors.NONE : Errors.SNAPSHOT_NOT_FOUND;
  }

  #fetchSnapshot(role: Follower, snapshotId: SnapshotId): void {
    this.#leaderOf(role).fetches.send(
      { api: Api.FetchSnapshot, snapshotId, currentLeaderEpoch: this.epoch },
      (response) => this.#snapshotAnswered(role, response),
    );
  }

  #snapshotAnswered(role: Follower, response: FetchSnapshotResponse | null): void {
    if (response !== null) this.#heardOf(response.leaderEpoch, response.leaderId);
    if (this.#role !== role) return;
    const snapshot = response?.snapshot ?? null;
    // One that tells nothing new is of no use.
    if (snapshot === null || snapshot.endOffset <= this.#highWatermark) {
      this.#fetchLater(role);
      return;
    }
    this.log.load(snapshot);
    this.#highWatermark = snapshot.endOffset;
    this.#cluster.quorumObserver.snapshotWritten(this.#id, snapshot);
    this.#probe('metadata-snapshot-loaded', snapshot.endOffset, snapshot.epoch);
    this.#wait(this.#fetchTimeoutMs);
    this.#listener.committed();
    this.#fetch(role);
  }

  // Requests of other voters.

  onRequest(message: Message, request: QuorumRequest): void {
    switch (request.api) {
      case Api.Vote:
        this.#vote(message, request);
        return;
      case Api.BeginQuorumEpoch:
        this.#beginQuorumEpoch(message, request);
        return;
      case Api.EndQuorumEpoch:
        this.#endQuorumEpoch(message, request);
        return;
      case Api.FetchQuorum:
        this.#fetchArrived(message, request);
        return;
      case Api.FetchSnapshot:
        this.#fetchSnapshotArrived(message, request);
        return;
    }
  }

  #vote(message: Message, request: VoteRequest): void {
    const { candidateId, candidateEpoch, preVote } = request;
    const answer = (error: ErrorCode, voteGranted: boolean): void =>
      message.connection.respond(message, { api: Api.Vote, ...this.#view(error), voteGranted });
    if (candidateEpoch < this.epoch) return answer(Errors.FENCED_LEADER_EPOCH, false);
    if (this.#role.is === 'halted') return answer(Errors.NONE, false);
    if (candidateEpoch > this.epoch) this.#becomeUnattached(candidateEpoch);
    const { rules } = this.#cluster;
    const candidate = { lastEpoch: request.lastEpoch, endOffset: request.lastEpochEndOffset };
    const voter = this.#voter(this.#role.is);
    if (preVote) {
      const granted = rules.grantsPreVote(voter, candidate);
      if (!granted) this.#probe('quorum-pre-vote-rejected', candidateId, candidateEpoch);
      return answer(Errors.NONE, granted);
    }
    const granted = rules.grantsVote(voter, candidateId, candidate);
    this.#probe(granted ? 'quorum-vote-granted' : 'quorum-vote-rejected', candidateId, candidateEpoch);
    if (granted && this.#state.read().votedFor === null) {
      this.#state.write({ epoch: candidateEpoch, votedFor: candidateId, leaderId: null });
      this.#enter({ is: 'unattached' }, this.#electionTimeoutMs());
    }
    answer(Errors.NONE, granted);
  }

  #voter(role: Voter['role']): Voter {
    const { votedFor, leaderId } = this.#state.read();
    return {
      role,
      votedFor,
      knowsLeader: leaderId !== null,
      hasFetchedFromLeader: this.#role.is === 'follower' && this.#role.hasFetched,
      lastEpoch: this.log.lastEpoch,
      endOffset: this.log.endOffset,
    };
  }

  #beginQuorumEpoch(message: Message, { leaderId, leaderEpoch }: BeginQuorumEpochRequest): void {
    const fenced = leaderEpoch < this.epoch;
    if (!fenced) this.#heardOf(leaderEpoch, leaderId);
    const error = fenced ? Errors.FENCED_LEADER_EPOCH : Errors.NONE;
    message.connection.respond(message, { api: Api.BeginQuorumEpoch, ...this.#view(error) });
  }

  /** The leader has resigned: whoever holds most of its log tries first. */
  #endQuorumEpoch(
    message: Message,
    { leaderId, leaderEpoch, preferredCandidates }: EndQuorumEpochRequest,
  ): void {
    const fenced = leaderEpoch < this.epoch;
    if (!fenced) this.#heardOf(leaderEpoch, leaderId);
    const role = this.#role;
    if (role.is === 'follower' && role.leaderId === leaderId && leaderEpoch === this.epoch) {
      const place = preferredCandidates.indexOf(this.#id);
      // The leader is gone: what a pre-vote of another voter asks is no disturbance any more.
      role.hasFetched = false;
      this.#wait(place === 0 ? 0 : this.#backoffMs(Math.max(1, place)));
    }
    const error = fenced ? Errors.FENCED_LEADER_EPOCH : Errors.NONE;
    message.connection.respond(message, { api: Api.EndQuorumEpoch, ...this.#view(error) });
  }

  // The leader's side of replication.

  #fetchArrived(message: Message, request: FetchQuorumRequest): void {
    const role = this.#role;
    const { replicaId, currentLeaderEpoch, fetchOffset, lastFetchedEpoch } = request;
    if (currentLeaderEpoch < this.epoch)
      return this.#answerFetch(message, request, Errors.FENCED_LEADER_EPOCH);
    if (currentLeaderEpoch > this.epoch)
      return this.#answerFetch(message, request, Errors.UNKNOWN_LEADER_EPOCH);
    const progress = role.is === 'leader' ? role.followers.get(replicaId) : undefined;
    if (role.is !== 'leader' || progress === undefined) {
      return this.#answerFetch(message, request, Errors.NOT_LEADER_OR_FOLLOWER);
    }
    this.#noteFetch(role, replicaId);
    progress.hasFetchedSinceReminder = true;
    const { rules } = this.#cluster;
    const { startOffset, snapshotId } = this.log;
    const start = { startOffset, startEpoch: this.log.epochBefore(startOffset) };
    if (rules.needsMetadataSnapshot(start, fetchOffset, lastFetchedEpoch)) {
      const error = snapshotId === null ? Errors.OFFSET_OUT_OF_RANGE : Errors.NONE;
      message.connection.respond(message, { ...this.#fetched(error, null, []), snapshotId });
      return;
    }
    const diverging = rules.quorumDivergence(this.log.endOfEpoch, fetchOffset, lastFetchedEpoch);
    if (diverging !== null) {
      message.connection.respond(message, this.#fetched(Errors.NONE, diverging, []));
      return;
    }
    progress.acknowledged = fetchOffset;
    this.#advanceHighWatermark(role);
    if (fetchOffset < this.log.endOffset) return this.#answerFetch(message, request, Errors.NONE);
    const timer = this.#context.after(request.maxWaitMs, TimerName.QuorumFetchExpiry, () => {
      this.#parked = this.#parked.filter((parked) => parked.message !== message);
      this.#answerFetch(message, request, Errors.NONE);
    });
    this.#parked.push({ message, request, timer });
  }

  /** Check quorum counts fetches, whatever they find (KAFKA-15489). */
  #noteFetch(role: Leader, replicaId: number): void {
    role.fetching.add(replicaId);
    if (role.fetching.size < this.#majority - 1) return;
    role.fetching.clear();
    role.lastMajorityFetchMs = this.#context.monotonicMs();
    this.#deadlineMs = role.lastMajorityFetchMs + this.#checkQuorumMs;
  }

  #answerFetch(message: Message, { fetchOffset }: FetchQuorumRequest, error: ErrorCode): void {
    const entries = error === Errors.NONE ? this.log.slice(fetchOffset) : [];
    message.connection.respond(message, this.#fetched(error, null, entries));
  }

  #fetched(
    error: ErrorCode,
    divergingEpoch: FetchQuorumResponse['divergingEpoch'],
    entries: readonly MetadataEntry[],
  ): FetchQuorumResponse {
    const highWatermark = this.#highWatermark;
    const view = this.#view(error);
    return { api: Api.FetchQuorum, ...view, highWatermark, divergingEpoch, snapshotId: null, entries };
  }

  #wakeFollowers(error: ErrorCode = Errors.NONE): void {
    const parked = this.#parked;
    this.#parked = [];
    for (const { message, request, timer } of parked) {
      timer.cancel();
      this.#answerFetch(message, request, error);
    }
  }

  #advanceHighWatermark(role: Leader): void {
    const { rules, quorumObserver } = this.#cluster;
    const acknowledged = [rules.flushesBeforeAcknowledging() ? this.log.flushedOffset : this.log.endOffset];
    for (const progress of role.followers.values()) acknowledged.push(progress.acknowledged);
    const { epochStartOffset } = role;
    const from = this.#highWatermark;
    const to = rules.nextQuorumHighWatermark({ highWatermark: from, epochStartOffset, acknowledged });
    if (to === from) return;
    this.#highWatermark = to;
    if (this.#peers.length > 0) this.#probe('quorum-high-watermark-moved', to, this.epoch);
    quorumObserver.committed(this.#id, this.epoch, this.log, from, to);
    if (!role.active && to > epochStartOffset) {
      role.active = true;
      this.#listener.becameActive();
    }
    this.#listener.committed();
  }

  // The follower's side.

  #fetch(role: Follower): void {
    const request: FetchQuorumRequest = {
      api: Api.FetchQuorum,
      replicaId: this.#id,
      currentLeaderEpoch: this.epoch,
      fetchOffset: this.log.endOffset,
      lastFetchedEpoch: this.log.lastEpoch,
      // Less than the timeout that it is to keep from running out.
      maxWaitMs: Math.min(MAX_WAIT_MS, this.#fetchTimeoutMs / 2),
    };
    this.#leaderOf(role).fetches.send(request, (response) => this.#fetchAnswered(role, response));
  }

  #leaderOf({ leaderId }: Follower): Peer {
    const leader = this.#peers.find((peer) => peer.id === leaderId);
    if (leader === undefined) throw new Error(`controller ${this.#id} cannot follow ${leaderId}`);
    return leader;
  }

  #fetchLater(role: Follower): void {
    this.#context.after(RETRY_BACKOFF_MS, TimerName.QuorumFetchRetry, () => {
      if (this.#role === role) this.#fetch(role);
    });
  }

  #fetchAnswered(role: Follower, response: FetchQuorumResponse | null): void {
    if (response !== null) this.#heardOf(response.leaderEpoch, response.leaderId);
    // An answer to what this controller was before.
    if (this.#role !== role) return;
    if (response === null || response.error !== Errors.NONE) {
      this.#fetchLater(role);
      return;
    }
    role.hasFetched = true;
    this.#wait(this.#fetchTimeoutMs);
    if (response.snapshotId !== null) {
      this.#fetchSnapshot(role, response.snapshotId);
      return;
    }
    if (response.divergingEpoch === null) {
      this.#appendAll(response.entries);
      this.#learnHighWatermark(response.highWatermark);
    } else if (!this.#truncate(response.divergingEpoch)) return;
    this.#fetch(role);
  }

  /** False when that would drop what is committed. */
  #truncate(leaderEnd: NonNullable<FetchQuorumResponse['divergingEpoch']>): boolean {
    const { rules, quorumObserver } = this.#cluster;
    const to = rules.quorumTruncation(leaderEnd, this.log.endOfEpoch);
    if (!rules.mayTruncateQuorumLog(to, this.#highWatermark)) {
      this.#enter({ is: 'halted' }, null);
      return false;
    }
    quorumObserver.truncating(this.#id, to, this.#highWatermark);
    this.#probe('quorum-log-truncated', to, this.log.endOffset - to);
    this.log.truncateTo(to);
    this.#highWatermark = Math.min(this.#highWatermark, to);
    return true;
  }

  #learnHighWatermark(leaders: number): void {
    const from = this.#highWatermark;
    const to = Math.max(from, Math.min(leaders, this.log.endOffset));
    if (to === from) return;
    this.#highWatermark = to;
    this.#cluster.quorumObserver.committed(this.#id, this.epoch, this.log, from, to);
    this.#listener.committed();
  }

  #appendAll(entries: readonly MetadataEntry[]): void {
    if (entries.length === 0) return;
    const baseOffset = this.log.endOffset;
    for (const entry of entries) this.log.append(entry);
    if (this.#cluster.rules.flushesBeforeAcknowledging()) this.log.flush();
    this.#cluster.quorumObserver.entriesAppended(this.#id, this.log, baseOffset);
  }

  // Roles.

  /** Whatever a message tells of epochs and leaders is taken over (Kafka's maybeTransition). */
  #heardOf(epoch: number, leaderId: number): void {
    if (this.#role.is === 'halted' || epoch < this.epoch) return;
    if (leaderId !== -1 && leaderId !== this.#id) {
      if (epoch > this.epoch || !this.#knowsLeader) this.#becomeFollower(epoch, leaderId);
    } else if (epoch > this.epoch) this.#becomeUnattached(epoch);
  }

  /** Who asks for pre-votes still knows its leader, and is not sent back to it by others that know no better (KIP-996). */
  get #knowsLeader(): boolean {
    const role = this.#role;
    if (role.is === 'prospective') return role.leaderId !== null;
    return role.is === 'follower' || role.is === 'leader' || role.is === 'resigned';
  }

  #becomeUnattached(epoch: number): void {
    if (epoch > this.epoch) this.#state.write({ epoch, votedFor: null, leaderId: null });
    this.#enter({ is: 'unattached' }, this.#electionTimeoutMs());
  }

  #becomeFollower(epoch: number, leaderId: number): void {
    const before = this.#state.read();
    const votedFor = before.epoch === epoch ? before.votedFor : null;
    this.#state.write({ epoch, votedFor, leaderId });
    const role: Follower = { is: 'follower', leaderId, hasFetched: false };
    this.#enter(role, this.#fetchTimeoutMs);
    this.#fetch(role);
  }

  #becomeProspective(): void {
    const leaderId = this.#role.is === 'follower' ? this.#role.leaderId : null;
    this.#enter({ is: 'prospective', leaderId, ballot: newBallot(this.#id) }, this.#electionTimeoutMs());
    this.#ask(this.epoch, true);
  }

  /** Neither won nor lost in time, or lost: back to where it came from. */
  #abandonPreVote(leaderId: number | null): void {
    if (leaderId !== null) this.#becomeFollower(this.epoch, leaderId);
    else this.#becomeUnattached(this.epoch);
  }

  #becomeCandidate(): void {
    const epoch = Math.max(this.epoch, this.log.lastEpoch) + 1;
    this.#state.write({ epoch, votedFor: this.#id, leaderId: null });
    const ballot = newBallot(this.#id);
    this.#enter({ is: 'candidate', ballot }, this.#electionTimeoutMs());
    if (ballot.granted.size >= this.#majority) this.#becomeLeader();
    else this.#ask(epoch, false);
  }

  #becomeLeader(): void {
    const { epoch } = this;
    this.#state.write({ epoch, votedFor: this.#id, leaderId: this.#id });
    this.#cluster.quorumObserver.leaderElected(this.#id, epoch, this.log);
    const followers = new Map(
      this.#peers.map(({ id }): [number, ReplicaState] => [
        id,
        { acknowledged: -1, hasFetchedSinceReminder: false },
      ]),
    );
    const role: Leader = {
      is: 'leader',
      epochStartOffset: this.log.endOffset,
      followers,
      fetching: new Set(),
      lastMajorityFetchMs: this.#context.monotonicMs(),
      active: false,
    };
    this.#enter(role, this.#peers.length === 0 ? null : this.#checkQuorumMs);
    this.#probe('quorum-leader-elected', this.#id, epoch);
    this.#remind(role);
    this.append([{ type: 'LeaderChange', leaderId: this.#id }]);
  }

  /** Tells whoever does not fetch yet, or no more, that there is a leader, and again and again. */
  #remind(role: Leader): void {
    if (this.#role !== role || this.#peers.length === 0) return;
    for (const peer of this.#peers) {
      const progress = role.followers.get(peer.id);
      if (progress === undefined) continue;
      const silent = !progress.hasFetchedSinceReminder && !this.#hasParkedFetchOf(peer.id);
      progress.hasFetchedSinceReminder = false;
      if (!silent) continue;
      peer.elections.send(
        { api: Api.BeginQuorumEpoch, leaderId: this.#id, leaderEpoch: this.epoch },
        (response) => {
          if (response !== null) this.#heardOf(response.leaderEpoch, response.leaderId);
        },
      );
    }
    this.#context.after(this.#fetchTimeoutMs / 2, TimerName.QuorumEpochReminder, () => this.#remind(role));
  }

  #hasParkedFetchOf(replicaId: number): boolean {
    return this.#parked.some(({ request }) => request.replicaId === replicaId);
  }

  #resign(): void {
    const role = this.#role;
    if (role.is !== 'leader') return;
    const preferredCandidates = [...role.followers]
      .sort(([a, x], [b, y]) => y.acknowledged - x.acknowledged || a - b)
      .map(([id]) => id);
    this.#probe('quorum-leader-resigned', this.#id, this.epoch);
    this.#becomeResigned();
    for (const peer of this.#peers) {
      peer.elections.send(
        { api: Api.EndQuorumEpoch, leaderId: this.#id, leaderEpoch: this.epoch, preferredCandidates },
        (response) => {
          if (response !== null) this.#heardOf(response.leaderEpoch, response.leaderId);
        },
      );
    }
  }

  #becomeResigned(): void {
    this.#enter({ is: 'resigned' }, this.#electionTimeoutMs());
  }

  /** `forMs`: how long until the role has to do something about itself; null: for ever. */
  #enter(role: Role, forMs: number | null): void {
    const before = this.#role;
    this.#role = role;
    this.#timer?.cancel();
    this.#timer = null;
    if (forMs !== null) this.#wait(forMs);
    if (before.is !== 'leader') return;
    this.#wakeFollowers(Errors.NOT_LEADER_OR_FOLLOWER);
    this.#listener.lostLeadership();
  }

  // Elections.

  #ask(epoch: number, preVote: boolean): void {
    const role = this.#role;
    for (const peer of this.#peers) {
      peer.elections.send(
        {
          api: Api.Vote,
          candidateId: this.#id,
          candidateEpoch: epoch,
          lastEpoch: this.log.lastEpoch,
          lastEpochEndOffset: this.log.endOffset,
          preVote,
        },
        (response) => this.#voted(role, peer.id, response),
      );
    }
  }

  #voted(role: Role, peer: number, response: VoteResponse | null): void {
    if (response === null) return;
    this.#heardOf(response.leaderEpoch, response.leaderId);
    if (this.#role !== role || (role.is !== 'prospective' && role.is !== 'candidate')) return;
    count(role.ballot, peer, response.voteGranted);
    if (role.ballot.granted.size >= this.#majority) {
      if (role.is === 'prospective') this.#becomeCandidate();
      else this.#becomeLeader();
    } else if (role.ballot.rejected.size > this.#peers.length + 1 - this.#majority) {
      if (role.is === 'prospective') this.#abandonPreVote(role.leaderId);
      else this.#wait(this.#backoffMs(1));
    }
  }

  // Time.

  #wait(ms: number): void {
    this.#deadlineMs = this.#context.monotonicMs() + ms;
    if (this.#timer !== null && ms >= this.#fetchTimeoutMs) return;
    this.#timer?.cancel();
    this.#timer = this.#context.after(ms, TimerName.QuorumRole, this.#look);
  }

  readonly #look = (): void => {
    this.#timer = null;
    const leftMs = this.#deadlineMs - this.#context.monotonicMs();
    if (leftMs > 0) this.#timer = this.#context.after(leftMs, TimerName.QuorumRole, this.#look);
    else this.#tooLong();
  };

  #tooLong(): void {
    const role = this.#role;
    switch (role.is) {
      case 'unattached':
      case 'follower':
      case 'candidate':
        this.#becomeProspective();
        return;
      case 'prospective':
        this.#abandonPreVote(role.leaderId);
        return;
      case 'resigned':
        this.#becomeUnattached(this.epoch + 1);
        return;
      case 'leader':
        this.#checkQuorum(role);
        return;
      case 'halted':
        return;
    }
  }

  #checkQuorum(role: Leader): void {
    const withoutMajorityMs = this.#context.monotonicMs() - role.lastMajorityFetchMs;
    const timeoutMs = this.#checkQuorumMs;
    if (this.#cluster.rules.hasLostQuorum(this.#peers.length + 1, withoutMajorityMs, timeoutMs)) {
      this.#resign();
      return;
    }
    this.#cluster.quorumObserver.leaderStays(this.#id, this.epoch, withoutMajorityMs, timeoutMs);
    this.#wait(timeoutMs);
  }

  get #majority(): number {
    return ((this.#peers.length + 1) >> 1) + 1;
  }

  get #fetchTimeoutMs(): number {
    return this.#cluster.configuration['controller.quorum.fetch.timeout.ms'];
  }

  get #checkQuorumMs(): number {
    return this.#fetchTimeoutMs * CHECK_QUORUM_FACTOR;
  }

  /** Between one and two election timeouts, drawn for this voter and epoch, so that not all stand at once. */
  #electionTimeoutMs(): number {
    const leastMs = this.#cluster.configuration['controller.quorum.election.timeout.ms'];
    return leastMs + this.#draw(leastMs, Purpose.ElectionTimeout);
  }

  #backoffMs(place: number): number {
    const mostMs = this.#cluster.configuration['controller.quorum.election.backoff.max.ms'];
    return Math.min(mostMs, place * (RETRY_BACKOFF_MS + this.#draw(mostMs, Purpose.ElectionBackoff)));
  }

  #draw(mostMs: number, purpose: Purpose): number {
    const { host, world } = this.#context;
    return world.draws.between(0, mostMs, purpose, mix(host.index, this.epoch), this.#elections++);
  }

  #view(error: ErrorCode): { error: ErrorCode; leaderEpoch: number; leaderId: number } {
    return { error, leaderEpoch: this.epoch, leaderId: this.leaderId };
  }

  #probe(name: ProbeName, a: number, b: number): void {
    this.#context.world.probe(Probe[name], this.#context.host, a, b);
  }
}

function count(ballot: Ballot, peer: number, granted: boolean): void {
  (granted ? ballot.granted : ballot.rejected).add(peer);
}
