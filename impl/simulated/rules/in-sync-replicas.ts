/** A follower as its leader knows it. Times are the leader's wall clock in ms. */
export interface FollowerState {
  /** -1: not known in this epoch. */
  readonly logEndOffset: number;
  readonly lastCaughtUpTimeMs: number;
  /** Broker epoch of its last fetch. */
  readonly brokerEpoch: number;
}

/** The leader's own state when it decides about followers. */
export interface LeaderState {
  readonly logEndOffset: number;
  readonly highWatermark: number;
  readonly leaderEpochStartOffset: number;
}

/** Whether the follower has the leader's log end now, or had it within `replica.lag.time.max.ms`. */
export function isCaughtUp(
  follower: FollowerState,
  leaderEndOffset: number,
  nowMs: number,
  lagTimeMaxMs: number,
): boolean {
  return follower.logEndOffset === leaderEndOffset || nowMs - follower.lastCaughtUpTimeMs <= lagTimeMaxMs;
}

/**
 * Whether a follower holds enough to join the ISR: everything below the high watermark and, because the high watermark of
 * a new leader may lag behind the true one, below the start of the leader's epoch (KAFKA-7128).
 */
export function mayJoinIsr(follower: FollowerState, leader: LeaderState): boolean {
  return (
    follower.logEndOffset >= leader.highWatermark && follower.logEndOffset >= leader.leaderEpochStartOffset
  );
}

/**
 * Whether a follower has deleted what the leader has, which it must before it joins the ISR. Below its log start a leader
 * knows no epochs: a follower that diverged from it there agrees with it as far as the leader can see, but holds other
 * records than those that were committed, until it learns of the log start with its next fetch. Offsets are log starts,
 * inclusive. Kafka does not require it.
 */
export function hasDeletedLikeLeader(followerStartOffset: number, leaderStartOffset: number): boolean {
  return followerStartOffset >= leaderStartOffset;
}

/**
 * Returns the replicas that the high watermark waits for while a change of the ISR is in flight: those in the old or the
 * new ISR, because the controller may have either (KIP-497).
 */
export function maximalIsr(committed: readonly number[], proposed: readonly number[]): readonly number[] {
  return proposed.length > committed.length ? proposed : committed;
}

/** Whether the controller's view of a broker lets it join the ISR: not when it is fenced, shutting down, or another incarnation (KIP-841, KIP-903). */
export function isIsrEligible(
  follower: FollowerState,
  broker:
    | { readonly fenced: boolean; readonly inControlledShutdown: boolean; readonly brokerEpoch: number }
    | undefined,
): boolean {
  if (broker === undefined || broker.fenced || broker.inControlledShutdown) return false;
  return follower.brokerEpoch === broker.brokerEpoch;
}

/**
 * Whether a leader that is elected again keeps the log ends of its followers. Only when it has missed no epoch: in a
 * missed one another leader may have made them truncate (the follower's side of this is KAFKA-7164).
 */
export function keepsFollowerPositions(previousEpoch: number, newEpoch: number): boolean {
  return newEpoch === previousEpoch + 1;
}
