/** The log ends that count towards the high watermark, and how many replicas must be in sync. */
export interface CommitState {
  readonly highWatermark: number;
  readonly logEndOffset: number;
  /** The smallest log end offset over the leader, the maximal ISR, and whoever is about to join; -1 when one is unknown. */
  readonly smallestLogEnd: number;
  readonly committedIsrSize: number;
  readonly effectiveMinIsr: number;
}

/**
 * Where the leader's high watermark goes: up to what all of the maximal ISR hold (KIP-497), never
 * down, and only while enough replicas are in sync (KIP-966: else an eligible leader replica could
 * lack a committed record).
 */
export function nextHighWatermark(state: CommitState): number {
  if (state.committedIsrSize < state.effectiveMinIsr) return state.highWatermark;
  return Math.max(state.highWatermark, Math.min(state.smallestLogEnd, state.logEndOffset));
}

/** `min.insync.replicas` cannot ask for more replicas than there are. */
export function effectiveMinIsr(minInsyncReplicas: number, replicationFactor: number): number {
  return Math.min(minInsyncReplicas, replicationFactor);
}

/**
 * Whose log end holds the high watermark back: the maximal ISR, and whoever is about to join it, so
 * that a replica which catches up does not find the high watermark run away from it.
 */
export function countsTowardsHighWatermark(inMaximalIsr: boolean, caughtUpAndEligible: boolean): boolean {
  return inMaximalIsr || caughtUpAndEligible;
}

/** Whether the leader looks at the high watermark when the controller has agreed to an ISR: a replica fewer may hold it back (KAFKA-13091). */
export function recheckAfterIsrChange(): boolean {
  return true;
}

/**
 * What a consumer is told to be the end of the log (exclusive), or null while a new leader does not
 * know yet how far the true high watermark reaches (KIP-207).
 */
export function latestOffset(highWatermark: number, leaderEpochStartOffset: number): number | null {
  return highWatermark < leaderEpochStartOffset ? null : highWatermark;
}
