/** Comparisons of the logs of quorum voters, shared by several rules. */

/** The end of a log, which elections of the quorum compare. */
export interface LogEnd {
  readonly lastEpoch: number;
  /** Exclusive. */
  readonly endOffset: number;
}

/** Whether the candidate's log is at least as recent as the voter's: a later last epoch wins, then the longer log, so that no leader lacks a committed record (KIP-595, Raft 5.4.1). */
export function isUpToDate(candidate: LogEnd, voter: LogEnd): boolean {
  if (candidate.lastEpoch !== voter.lastEpoch) return candidate.lastEpoch > voter.lastEpoch;
  return candidate.endOffset >= voter.endOffset;
}

/** Returns the highest offset that more than half of the voters have reached. */
export function majorityOffset(acknowledged: readonly number[]): number {
  let highest = -1;
  for (const offset of acknowledged) {
    if (offset <= highest) continue;
    let reached = 0;
    for (const other of acknowledged) if (other >= offset) reached++;
    if (reached > acknowledged.length >> 1) highest = offset;
  }
  return highest;
}
