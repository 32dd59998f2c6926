/** What a leader knows of a follower. Times are the leader's wall clock in ms. */
export interface FollowerState {
  /** -1: not known in this epoch. */
  readonly logEndOffset: number;
  readonly lastCaughtUpTimeMs: number;
  /** Broker epoch of its last fetch. */
  readonly brokerEpoch: number;
}

/** How the leader stands when it judges followers. */
export interface LeaderState {
  readonly logEndOffset: number;
  readonly highWatermark: number;
  readonly leaderEpochStartOffset: number;
}

/** In step with the leader now, or not long ago (`replica.lag.time.max.ms`). */
export function isCaughtUp(
  follower: FollowerState,
  leaderEndOffset: number,
  nowMs: number,
  lagTimeMaxMs: number,
): boolean {
  return follower.logEndOffset === leaderEndOffset || nowMs - follower.lastCaughtUpTimeMs <= lagTimeMaxMs;
}

/**
 * A follower may join when it holds all that is committed: the high watermark, and, because a new
 * leader's high watermark may lag behind the true one, the start of the leader's epoch (KAFKA-7128).
 */
export function mayJoinIsr(follower: FollowerState, leader: LeaderState): boolean {
  return (
    follower.logEndOffset >= leader.highWatermark && follower.logEndOffset >= leader.leaderEpochStartOffset
  );
}

/**
 * A follower may join only when it has deleted what the leader has. Below its log start a leader knows no
 * epochs: a follower that parted from it there agrees with it as far as the leader can see, and holds other
 * records than those that were committed, until it hears of the log start with its next fetch. Offsets are log
 * starts, inclusive. Kafka does not ask for it.
 */
export function hasDeletedLikeLeader(followerStartOffset: number, leaderStartOffset: number): boolean {
  return followerStartOffset >= leaderStartOffset;
}

/**
 * Whom the high watermark has to respect while a change is under way: whoever is in the old or the new
 * ISR, for the controller may have either (KIP-497).
 */
export function maximalIsr(committed: readonly number[], proposed: readonly number[]): readonly number[] {
  return proposed.length > committed.length ? proposed : committed;
}

/** The controller's view of a broker decides too: fenced, leaving, or another incarnation stays out (KIP-841, KIP-903). */
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
 * Whether a leader that is elected again may go on from what it knew of its followers' log ends. Only
 * when it has missed no epoch: in a missed one another leader may have made them truncate (the
 * follower's side of this is KAFKA-7164).
 */
export function keepsFollowerPositions(previousEpoch: number, newEpoch: number): boolean {
  return newEpoch === previousEpoch + 1;
}
