/** What an election has brought so far. */
export interface Ballot {
  readonly granted: Set<number>;
  readonly rejected: Set<number>;
}

/** A follower as the leader sees it. */
export interface ReplicaState {
  /** Everything below is on the follower's disk; -1 until it has fetched in this epoch. */
  acknowledged: number;
  /** Since the last reminder that there is a leader. */
  hasFetchedSinceReminder: boolean;
}

export interface Unattached {
  readonly is: 'unattached';
}
/** Asks whether it could win before it disturbs anybody (KIP-996). */
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
  /** Who has fetched since the last time that a majority had. */
  readonly fetching: Set<number>;
  /** When a majority had fetched last, on the monotonic clock. */
  lastMajorityFetchMs: number;
  /** The start of the epoch is committed: decisions may be made. */
  active: boolean;
}
/** Led this epoch and does so no more; it votes for nobody else in it. */
export interface Resigned {
  readonly is: 'resigned';
}
/** Refused to drop what was committed: the process is up and does nothing. */
export interface Halted {
  readonly is: 'halted';
}

/** What a voter of the quorum is in the present epoch; the epoch and the vote are in QuorumState. */
export type Role = Unattached | Prospective | Candidate | Follower | Leader | Resigned | Halted;

export function newBallot(self: number): Ballot {
  return { granted: new Set([self]), rejected: new Set() };
}
