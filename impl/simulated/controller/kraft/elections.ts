import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ErrorCode } from '../../../kafka/errors.ts';
import type { Message } from '../../net/message.ts';
import type {
  BeginQuorumEpochRequest,
  EndQuorumEpochRequest,
  VoteRequest,
  VoteResponse,
} from '../../protocol/quorum-messages.ts';
import type { Voter } from '../../rules/quorum.ts';
import { recordVote } from './quorum-roles.ts';
import type { Candidate, Leader, Prospective } from './quorum-roles.ts';
import type { QuorumState } from './quorum-state.ts';
import type { RaftReplica } from './raft-replica.ts';
import type { RaftVoter } from './raft-voter.ts';

/** How leaders come and go: votes and pre-votes (KIP-996), the announcement of a leader, and its resignation. */
export class Elections {
  readonly #voter: RaftVoter;
  readonly #state: QuorumState;
  readonly #replica: RaftReplica;

  constructor(voter: RaftVoter, state: QuorumState, replica: RaftReplica) {
    this.#voter = voter;
    this.#state = state;
    this.#replica = replica;
  }

  // Requests of other voters.

  onVote(message: Message, request: VoteRequest): void {
    const { candidateId, candidateEpoch, preVote } = request;
    const answer = (error: ErrorCode, voteGranted: boolean): void =>
      message.connection.respond(message, { api: Api.Vote, ...this.#state.view(error), voteGranted });
    if (candidateEpoch < this.#state.epoch) return answer(Errors.FENCED_LEADER_EPOCH, false);
    const { role } = this.#state;
    if (role.is === 'halted') return answer(Errors.NONE, false);
    if (candidateEpoch > this.#state.epoch) this.#state.becomeUnattached(candidateEpoch);
    const { rules } = this.#voter.cluster;
    const candidate = { lastEpoch: request.lastEpoch, endOffset: request.lastEpochEndOffset };
    const voter = this.#votingState();
    if (preVote) {
      const granted = rules.grantsPreVote(voter, candidate);
      if (!granted) this.#voter.probe('quorum-pre-vote-rejected', candidateId, candidateEpoch);
      return answer(Errors.NONE, granted);
    }
    const granted = rules.grantsVote(voter, candidateId, candidate);
    this.#voter.probe(granted ? 'quorum-vote-granted' : 'quorum-vote-rejected', candidateId, candidateEpoch);
    if (granted && voter.votedFor === null) this.#state.becomeVoted(candidateId);
    answer(Errors.NONE, granted);
  }

  #votingState(): Voter {
    const { role, election } = this.#state;
    if (role.is === 'halted') throw new Error('a voter that has halted has no vote');
    const { lastEpoch, endOffset } = this.#replica.log;
    return {
      role: role.is,
      votedFor: election.votedFor,
      knowsLeader: election.leaderId !== null,
      hasFetchedFromLeader: role.is === 'follower' && role.hasFetched,
      lastEpoch,
      endOffset,
    };
  }

  onBeginQuorumEpoch(message: Message, { leaderId, leaderEpoch }: BeginQuorumEpochRequest): void {
    const isFenced = leaderEpoch < this.#state.epoch;
    if (!isFenced) this.#state.maybeTransition(leaderEpoch, leaderId);
    const error = isFenced ? Errors.FENCED_LEADER_EPOCH : Errors.NONE;
    message.connection.respond(message, { api: Api.BeginQuorumEpoch, ...this.#state.view(error) });
  }

  /** The leader has resigned: the follower that holds most of its log tries first. */
  onEndQuorumEpoch(
    message: Message,
    { leaderId, leaderEpoch, preferredCandidates }: EndQuorumEpochRequest,
  ): void {
    const isFenced = leaderEpoch < this.#state.epoch;
    if (!isFenced) this.#state.maybeTransition(leaderEpoch, leaderId);
    const { role, epoch } = this.#state;
    if (role.is === 'follower' && role.leaderId === leaderId && leaderEpoch === epoch) {
      const place = preferredCandidates.indexOf(this.#voter.id);
      // The leader is gone: the pre-vote of another voter does not disturb it.
      role.hasFetched = false;
      this.#state.resetTimer(place === 0 ? 0 : this.#voter.electionBackoffMs(epoch, Math.max(1, place)));
    }
    const error = isFenced ? Errors.FENCED_LEADER_EPOCH : Errors.NONE;
    message.connection.respond(message, { api: Api.EndQuorumEpoch, ...this.#state.view(error) });
  }

  // Its own elections.

  requestVotes(role: Prospective | Candidate): void {
    const { id, peers } = this.#voter;
    const { log } = this.#replica;
    for (const peer of peers) {
      peer.elections.send(
        {
          api: Api.Vote,
          candidateId: id,
          candidateEpoch: this.#state.epoch,
          lastEpoch: log.lastEpoch,
          lastEpochEndOffset: log.endOffset,
          preVote: role.is === 'prospective',
        },
        (response) => this.#onVoted(role, peer.id, response),
      );
    }
  }

  #onVoted(role: Prospective | Candidate, peer: number, response: VoteResponse | null): void {
    if (response === null) return;
    this.#state.maybeTransition(response.leaderEpoch, response.leaderId);
    // A vote that arrives in another role is of an election that is over.
    if (this.#state.role !== role) return;
    recordVote(role.ballot, peer, response.voteGranted);
    const { majority, voters } = this.#voter;
    if (role.ballot.granted.size >= majority) this.#won(role);
    else if (role.ballot.rejected.size > voters - majority) this.#lost(role);
  }

  #won(role: Prospective | Candidate): void {
    const { log } = this.#replica;
    if (role.is === 'prospective') this.#state.becomeCandidate(log.lastEpoch);
    else this.#state.becomeLeader(log.endOffset);
  }

  #lost(role: Prospective | Candidate): void {
    if (role.is === 'prospective') this.#state.abandonPreVote(role.leaderId);
    else this.#state.resetTimer(this.#voter.electionBackoffMs(this.#state.epoch, 1));
  }

  /** Leaves the leadership, and names the followers that hold most of the log, so that no timeout is waited for. */
  resign(role: Leader): void {
    const { id, peers } = this.#voter;
    const preferredCandidates = [...role.followers]
      .sort(([a, x], [b, y]) => y.acknowledged - x.acknowledged || a - b)
      .map(([follower]) => follower);
    this.#voter.probe('quorum-leader-resigned', id, this.#state.epoch);
    this.#state.becomeResigned();
    for (const peer of peers) {
      peer.elections.send(
        {
          api: Api.EndQuorumEpoch,
          leaderId: id,
          leaderEpoch: this.#state.epoch,
          preferredCandidates,
        },
        (response) => {
          if (response !== null) this.#state.maybeTransition(response.leaderEpoch, response.leaderId);
        },
      );
    }
  }
}
