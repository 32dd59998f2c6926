/**
 * The roles of a voter, and which may follow which. `same` and `later` say whether the epoch stays or rises with the
 * transition; a transition that is not listed is a bug in this implementation (after Kafka's QuorumState).
 *
 *     Unattached  -> Unattached   same:  it granted its vote to a candidate, or the process has just started
 *                                 later: it learned of a later epoch without a leader
 *                 -> Prospective  same:  its election timeout ran out
 *                 -> Candidate    later: the only voter starts
 *                 -> Follower     same or later: it learned of a leader
 *                 -> Resigned     same:  the process restarts in an epoch that it led
 *                 -> Halted       same:  it starts without the beginning of its log
 *     Prospective -> Unattached   same:  it lost the pre-vote, or granted its vote; later: as above
 *                 -> Candidate    later: a majority would vote for it
 *                 -> Follower     same:  it did not win the pre-vote and still has its leader, or learned of one; later: as above
 *     Candidate   -> Unattached   later: as above
 *                 -> Prospective  same:  its election timeout ran out
 *                 -> Leader       same:  a majority voted for it
 *                 -> Follower     same or later: another candidate won
 *     Follower    -> Unattached   later: as above
 *                 -> Prospective  same:  its fetch timeout ran out, or its leader resigned
 *                 -> Follower     later: it learned of a newer leader
 *                 -> Halted       same:  it would have to drop what is committed
 *     Leader      -> Unattached   later: as above
 *                 -> Follower     later: as above
 *                 -> Resigned     same:  it shuts down, or no majority fetches any more
 *     Resigned    -> Unattached   later: its election timeout ran out, or as above
 *                 -> Follower     later: as above
 *     Halted      (none)
 */
import { assert } from '../../../assert.ts';

/** The votes that an election has brought so far. */
export interface Ballot {
  readonly granted: Set<number>;
  readonly rejected: Set<number>;
}

/** A follower as the leader sees it. */
export interface ReplicaState {
  /** Everything below is on the follower's disk; -1 until it has fetched in this epoch. */
  acknowledged: number;
  /** It has fetched since the last BeginQuorumEpoch was due. */
  hasFetchedSinceReminder: boolean;
}

export interface Unattached {
  readonly is: 'unattached';
}
/** Asks whether it could win before it disturbs the quorum with a new epoch (KIP-996). */
export interface Prospective {
  readonly is: 'prospective';
  readonly leaderId: number | null;
  readonly ballot: Ballot;
}
export interface Candidate {
  readonly is: 'candidate';
  readonly ballot: Ballot;
}
export interface Follower {
  readonly is: 'follower';
  readonly leaderId: number;
  hasFetched: boolean;
}
export interface Leader {
  readonly is: 'leader';
  readonly epochStartOffset: number;
  readonly followers: ReadonlyMap<number, ReplicaState>;
  /** The followers that have fetched since the last time that a majority had. */
  readonly fetching: Set<number>;
  /** When a majority had fetched last, on the monotonic clock. */
  lastMajorityFetchMs: number;
  /** The start of the epoch is committed: decisions may be made. */
  active: boolean;
}
/** Led this epoch and does so no more; it votes for no other candidate in it. */
export interface Resigned {
  readonly is: 'resigned';
}
/** Refused to drop what was committed: the process is up and does nothing. */
export interface Halted {
  readonly is: 'halted';
}

/** The role of a voter in its present epoch; the epoch and the vote are in QuorumStateStore. */
export type Role = Unattached | Prospective | Candidate | Follower | Leader | Resigned | Halted;
export type RoleName = Role['is'];

type EpochChange = 'same' | 'later' | 'same or later';

/** By the role before, then by the role after: whether the epoch may stay or must rise. */
const LEGAL: Readonly<Record<RoleName, Readonly<Partial<Record<RoleName, EpochChange>>>>> = {
  unattached: {
    unattached: 'same or later',
    prospective: 'same',
    candidate: 'later',
    follower: 'same or later',
    resigned: 'same',
    halted: 'same',
  },
  prospective: { unattached: 'same or later', candidate: 'later', follower: 'same or later' },
  candidate: { unattached: 'later', prospective: 'same', leader: 'same', follower: 'same or later' },
  follower: { unattached: 'later', prospective: 'same', follower: 'later', halted: 'same' },
  leader: { unattached: 'later', follower: 'later', resigned: 'same' },
  resigned: { unattached: 'later', follower: 'later' },
  halted: {},
};

/** @throws AssertionFailed when the table above has no such transition. */
export function assertLegalTransition(from: RoleName, to: RoleName, epoch: number, newEpoch: number): void {
  const change = LEGAL[from][to];
  assert(change !== undefined, 'a voter goes from a role only to one that may follow it', from, to);
  const isLegal = change === 'same or later' ? newEpoch >= epoch : newEpoch > epoch === (change === 'later');
  assert(newEpoch >= epoch && isLegal, `the epoch of ${from} -> ${to} is the ${change}`, epoch, newEpoch);
}

export function newBallot(self: number): Ballot {
  return { granted: new Set([self]), rejected: new Set() };
}

export function recordVote(ballot: Ballot, voter: number, granted: boolean): void {
  (granted ? ballot.granted : ballot.rejected).add(voter);
}
