/** The log ends that count towards the high watermark, and how many replicas must be in sync. */
export interface CommitState {
  readonly highWatermark: number;
  readonly logEndOffset: number;
  /** The smallest log end offset over the leader, the maximal ISR, and replicas that are about to join; -1 when one is unknown. */
  readonly smallestLogEnd: number;
  readonly committedIsrSize: number;
  readonly effectiveMinIsr: number;
}

/**
 * Returns the next high watermark of a leader: what all of the maximal ISR hold (KIP-497). It never goes down, and rises
 * only while enough replicas are in sync (KIP-966: else an eligible leader replica could lack a committed record).
 */
export function nextHighWatermark(state: CommitState): number {
  if (state.committedIsrSize < state.effectiveMinIsr) return state.highWatermark;
  return Math.max(state.highWatermark, Math.min(state.smallestLogEnd, state.logEndOffset));
}

/** Returns `min.insync.replicas`, limited to the number of replicas. */
export function effectiveMinIsr(minInsyncReplicas: number, replicationFactor: number): number {
  return Math.min(minInsyncReplicas, replicationFactor);
}

/**
 * Whether the high watermark waits for the log end of a replica: of the maximal ISR, and of replicas that are about to
 * join it, so that the high watermark does not run away from a replica that catches up.
 */
export function countsTowardsHighWatermark(inMaximalIsr: boolean, caughtUpAndEligible: boolean): boolean {
  return inMaximalIsr || caughtUpAndEligible;
}

/** Whether the leader recomputes the high watermark when the controller has committed an ISR: the replica that held it back may have left (KAFKA-13091). */
export function recheckAfterIsrChange(): boolean {
  return true;
}

/**
 * Returns the end of the log for a consumer (exclusive), or null while a new leader does not know the true high watermark
 * yet (KIP-207).
 */
export function latestOffset(highWatermark: number, leaderEpochStartOffset: number): number | null {
  return highWatermark < leaderEpochStartOffset ? null : highWatermark;
}
