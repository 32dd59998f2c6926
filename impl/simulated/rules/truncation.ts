import type { EpochEndOffset, EpochEntry } from '../../kafka/leader-epoch.ts';
import { endOffsetForEpoch } from './leader-epoch.ts';

export interface Truncation {
  /** The new log end, exclusive. */
  readonly toOffset: number;
  /** The follower did not have the leader's epoch: its next fetch may diverge again (KIP-279). */
  readonly again: boolean;
}

/** A follower's log as the rules of truncation see it. */
export interface FollowerLog {
  readonly epochs: readonly EpochEntry[];
  readonly logEndOffset: number;
  readonly highWatermark: number;
}

/** Follower: returns how far it truncates when the leader reports a divergence (KIP-101, KIP-279). */
export function truncationOnDivergence(leader: EpochEndOffset, log: FollowerLog): Truncation {
  const own = endOffsetForEpoch(log.epochs, log.logEndOffset, leader.epoch);
  if (own === null) return { toOffset: Math.min(leader.endOffset, log.logEndOffset), again: false };
  if (own.epoch !== leader.epoch) return { toOffset: Math.min(own.endOffset, log.logEndOffset), again: true };
  return { toOffset: Math.min(own.endOffset, leader.endOffset, log.logEndOffset), again: false };
}

/**
 * Returns the offset to which a broker truncates when it becomes follower. Null, no truncation: a new follower keeps its
 * log until the leader reports where the logs diverge (KIP-101).
 */
export function truncationOnBecomingFollower(_log: FollowerLog): number | null {
  return null;
}

/**
 * Returns when a follower learns where its log diverges from the leader's: with every fetch (KIP-595), or once before it
 * starts to fetch, with OffsetsForLeaderEpoch (KIP-101).
 */
export function truncationTime(): 'on-fetch' | 'before-fetch' {
  return 'on-fetch';
}

/** Whether a follower asks again where to truncate in a new leader epoch. Always: the same leader may have truncated in an epoch that the follower missed (KAFKA-7164). */
export function retriesAfterEpochChange(_previousLeader: number, _leader: number): boolean {
  return true;
}

/** Whether a response about the end of an epoch is out of date: it is valid only in the leader epoch of its request (KAFKA-7786). */
export function isStaleTruncation(askedInEpoch: number, leaderEpoch: number): boolean {
  return askedInEpoch !== leaderEpoch;
}

/**
 * Whether there is anything to truncate. Always: epochs that start at the log end are removed even when no record is
 * (KAFKA-10706).
 */
export function truncates(_toOffset: number, _logEndOffset: number): boolean {
  return true;
}

/** Whether a follower may append a batch: a batch of a later epoch may only follow a truncation for that epoch (KAFKA-18723). */
export function mayAppendFetched(batchEpoch: number, fetchedInEpoch: number): boolean {
  return batchEpoch <= fetchedInEpoch;
}

/**
 * Follower whose position is out of range at the leader: returns where it truncates, the leader's log end at most
 * (KAFKA-2477). Null: it keeps its log and retries.
 */
export function truncationOutOfRange(leaderEndOffset: number, logEndOffset: number): number | null {
  return leaderEndOffset < logEndOffset ? leaderEndOffset : null;
}

/**
 * Follower whose position lies below the leader's log start: it cannot continue its log, so it truncates fully and starts
 * at the leader's log start, which is returned (inclusive). Null: it can continue its log.
 */
export function restartOutOfRange(leaderStartOffset: number, logEndOffset: number): number | null {
  return leaderStartOffset > logEndOffset ? leaderStartOffset : null;
}

/**
 * Follower whose log ends within a batch that the leader sends: a log start lies within a batch where records were
 * deleted (KIP-107), and a batch is sent whole. If the follower holds nothing, or only what the leader has deleted,
 * nothing is lost when its log starts again with that batch. Returns the new log start (inclusive); null: the log cannot
 * be continued. Kafka does so only for a follower that holds nothing (Partition.appendRecordsToFollower); a follower that
 * diverged below the log start truncates to that start, and stays within the batch for good.
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
 * Follower that learns that its leader has deleted everything that the follower holds: returns the offset at which it
 * starts again (inclusive), or null if it continues. The leader knows no epochs below its log start, so it could not
 * report whether the logs agree there. A follower with other records knows other producers, and may have an open
 * transaction whose marker it never got. Its state is right if it has fetched from this leader, or if all its records
 * were committed; else it truncates fully, as a follower below the leader's log start does. Kafka always continues, and
 * the transaction stays open (ProducerStateManager.onLogStartOffsetIncremented).
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

/** Returns the high watermark after a full truncation: the new log start, never below it (KAFKA-9491). */
export function highWatermarkAfterFullTruncation(_highWatermark: number, startOffset: number): number {
  return startOffset;
}
