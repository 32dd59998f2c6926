import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import type { EpochEndOffset, EpochEntry } from '../../kafka/leader-epoch.ts';

/**
 * Where an epoch ends in a log, as far as the log knows (KIP-101, KIP-279): the largest epoch not
 * above the requested one, and the offset at which the next one begins (exclusive). Null when it
 * cannot tell, because it has never heard of an epoch that high.
 */
export function endOffsetForEpoch(
  entries: readonly EpochEntry[],
  logEndOffset: number,
  requestedEpoch: number,
): EpochEndOffset | null {
  const latest = entries.at(-1);
  if (latest === undefined || requestedEpoch < 0) return null;
  if (latest.epoch === requestedEpoch) return { epoch: requestedEpoch, endOffset: logEndOffset };
  if (latest.epoch < requestedEpoch) return null;
  let floor: EpochEntry | undefined;
  for (const entry of entries) {
    if (entry.epoch > requestedEpoch) {
      return { epoch: floor === undefined ? requestedEpoch : floor.epoch, endOffset: entry.startOffset };
    }
    floor = entry;
  }
  return null;
}

/** What a leader says to a follower's fetch position: agreed, unknown, or where the logs part. */
export type Divergence = 'none' | 'unknown' | EpochEndOffset;

/**
 * Leader, on a fetch: does the follower's log end, told by its last epoch, agree with ours? Logs
 * part when the follower's epoch is not ours or ends earlier here (KIP-595, truncation on fetch).
 */
export function fetchDivergence(
  entries: readonly EpochEntry[],
  logEndOffset: number,
  fetchOffset: number,
  lastFetchedEpoch: number,
): Divergence {
  if (lastFetchedEpoch === NO_EPOCH) return 'none';
  // The usual case, kept free of allocation: both are in the latest epoch.
  if (entries.at(-1)?.epoch === lastFetchedEpoch && fetchOffset <= logEndOffset) return 'none';
  const end = endOffsetForEpoch(entries, logEndOffset, lastFetchedEpoch);
  if (end === null) return 'unknown';
  return end.epoch < lastFetchedEpoch || end.endOffset < fetchOffset ? end : 'none';
}

/** Which entry a new leader puts into its epoch cache before it has written anything (KAFKA-7415). */
export function epochEntryOfNewLeader(epoch: number, logEndOffset: number): EpochEntry | null {
  return { epoch, startOffset: logEndOffset };
}

/**
 * Recovery, which reads batches in the order of their offsets: whether one shows the start of an epoch that the
 * cache lacks. Also of the first one, 0 (KAFKA-10432). `latestEpoch` is -1 for an empty cache.
 */
export function recoversEpoch(batchEpoch: number, latestEpoch: number): boolean {
  return batchEpoch > latestEpoch;
}

/** Whoever believes in another leader epoch is refused (KIP-320). */
export function checkLeaderEpoch(requestEpoch: number, leaderEpoch: number): ErrorCode {
  if (requestEpoch === NO_EPOCH || requestEpoch === leaderEpoch) return Errors.NONE;
  return requestEpoch < leaderEpoch ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
}
