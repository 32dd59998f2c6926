import type { EpochEndOffset, EpochEntry } from '../../kafka/leader-epoch.ts';
import { endOffsetForEpoch } from './leader-epoch.ts';

export interface Truncation {
  /** The new log end, exclusive. */
  readonly toOffset: number;
  /** The follower did not have the leader's epoch: the next fetch will find the next mismatch (KIP-279). */
  readonly again: boolean;
}

/** What a follower's log looks like to the rules of truncation. */
export interface FollowerLog {
  readonly epochs: readonly EpochEntry[];
  readonly logEndOffset: number;
  readonly highWatermark: number;
}

/** Follower, told where the logs part: how far down it truncates (KIP-101, KIP-279). */
export function truncationOnDivergence(leader: EpochEndOffset, log: FollowerLog): Truncation {
  const own = endOffsetForEpoch(log.epochs, log.logEndOffset, leader.epoch);
  if (own === null) return { toOffset: Math.min(leader.endOffset, log.logEndOffset), again: false };
  if (own.epoch !== leader.epoch) return { toOffset: Math.min(own.endOffset, log.logEndOffset), again: true };
  return { toOffset: Math.min(own.endOffset, leader.endOffset, log.logEndOffset), again: false };
}

/**
 * A new follower keeps its log until the leader has said where it parts from its own (KIP-101).
 * Null: no truncation on becoming follower.
 */
export function truncationOnBecomingFollower(_log: FollowerLog): number | null {
  return null;
}

/**
 * When a follower learns where its log parts from the leader's: with every fetch (KIP-595), or, before
 * that, by asking for the end of its last epoch once, before it begins to fetch (KIP-101).
 */
export function truncationTime(): 'on-fetch' | 'before-fetch' {
  return 'on-fetch';
}

/** Whether a follower asks anew in a new leader epoch. Always: the same leader may have truncated in a missed one (KAFKA-7164). */
export function retriesAfterEpochChange(_previousLeader: number, _leader: number): boolean {
  return true;
}

/** Whether an answer about an epoch's end is out of date: it holds only for the leader epoch it was asked in (KAFKA-7786). */
export function isStaleTruncation(askedInEpoch: number, leaderEpoch: number): boolean {
  return askedInEpoch !== leaderEpoch;
}

/**
 * Whether there is anything to truncate. Epochs that began at the log end go with it, even when no
 * record does (KAFKA-10706).
 */
export function truncates(_toOffset: number, _logEndOffset: number): boolean {
  return true;
}

/** A batch of a later epoch may only follow a truncation for that epoch (KAFKA-18723). */
export function mayAppendFetched(batchEpoch: number, fetchedInEpoch: number): boolean {
  return batchEpoch <= fetchedInEpoch;
}

/**
 * Follower, whose position the leader does not have: it throws away no more than what lies beyond
 * the leader's end (KAFKA-2477). Null: keep the log and ask again.
 */
export function truncationOutOfRange(leaderEndOffset: number, logEndOffset: number): number | null {
  return leaderEndOffset < logEndOffset ? leaderEndOffset : null;
}

/**
 * Follower, whose position lies below the leader's log start: nothing of its log can be continued, so
 * it drops all and begins where the leader's log begins (inclusive). Null: the log can be continued.
 */
export function restartOutOfRange(leaderStartOffset: number, logEndOffset: number): number | null {
  return leaderStartOffset > logEndOffset ? leaderStartOffset : null;
}

/**
 * Follower, whose log ends within a batch that the leader sends. Log starts lie within batches where records
 * were deleted (KIP-107), and a batch is sent whole. If the follower holds nothing, or nothing that the
 * leader has not deleted, nothing is lost when the log begins anew with that batch. Returns where (inclusive); null: the log cannot
 * be continued. Kafka does so only for a follower that holds nothing (Partition.appendRecordsToFollower);
 * one that had parted from the leader below the log start is truncated to that start, and stands
 * within the batch for good.
 */
export function restartWithinBatch(
  batch: { readonly baseOffset: number; readonly lastOffset: number },
  log: { readonly logStartOffset: number; readonly logEndOffset: number },
  leaderStartOffset: number,
): number | null {
  const within = batch.baseOffset < log.logEndOffset && log.logEndOffset <= batch.lastOffset;
  const holdsNothing = log.logEndOffset === log.logStartOffset || log.logEndOffset <= leaderStartOffset;
  return within && holdsNothing ? batch.baseOffset : null;
}

/**
 * Follower, all of whose log its leader has deleted, as it hears just now. The leader knows no epochs below its log
 * start, so it cannot have told whether the logs agree there; a follower that stood on other records knows other
 * producers, and may hold a transaction for open whose marker it never had. It is sure of what it knows if it has
 * copied from this leader, or if all of it was committed; else it begins anew at that start (inclusive), as one does
 * that stands below it. Null: it goes on. In Kafka it always does, and the transaction stays open
 * (ProducerStateManager.onLogStartOffsetIncremented).
 */
export function restartAtLeaderStart(
  log: FollowerLog & { readonly logStartOffset: number },
  leaderEpoch: number,
  leaderStartOffset: number,
): number | null {
  const { epochs, logStartOffset, logEndOffset, highWatermark } = log;
  if (logStartOffset >= leaderStartOffset || logEndOffset > leaderStartOffset) return null;
  const agrees = epochs.at(-1)?.epoch === leaderEpoch || highWatermark >= logEndOffset;
  return agrees ? null : leaderStartOffset;
}

/** Where the high watermark of a log stands that begins anew at an offset: there, never below its start (KAFKA-9491). */
export function highWatermarkAfterFullTruncation(_highWatermark: number, startOffset: number): number {
  return startOffset;
}
