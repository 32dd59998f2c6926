import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { NO_EPOCH } from '../protocol/messages.ts';
import type { EpochEndOffset, EpochEntry } from '../../kafka/leader-epoch.ts';

/**
 * Returns where an epoch ends in a log (KIP-101, KIP-279): the largest epoch not above the requested one, and the offset
 * at which the next epoch starts (exclusive). Null when the log does not know an epoch that high.
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

/** A leader's answer to a fetch position: the logs agree, the epoch is unknown, or where the logs diverge. */
export type Divergence = 'none' | 'unknown' | EpochEndOffset;

/**
 * Leader, on a fetch: compares the follower's log end and last epoch with its own log. The logs diverge when the leader
 * does not have that epoch, or when it ends earlier at the leader (KIP-595, truncation on fetch).
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

/** Returns the entry that a new leader adds to its epoch cache before it has appended anything (KAFKA-7415). */
export function epochEntryOfNewLeader(epoch: number, logEndOffset: number): EpochEntry | null {
  return { epoch, startOffset: logEndOffset };
}

/**
 * Recovery, which reads batches in the order of their offsets: whether a batch starts an epoch that the cache lacks,
 * the first epoch, 0, included (KAFKA-10432). `latestEpoch` is -1 for an empty cache.
 */
export function recoversEpoch(batchEpoch: number, latestEpoch: number): boolean {
  return batchEpoch > latestEpoch;
}

/** Refuses a request with another leader epoch than that of the leader (KIP-320). */
export function checkLeaderEpoch(requestEpoch: number, leaderEpoch: number): ErrorCode {
  if (requestEpoch === NO_EPOCH || requestEpoch === leaderEpoch) return Errors.NONE;
  return requestEpoch < leaderEpoch ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
}
