import type { EpochEndOffset } from '../../kafka/leader-epoch.ts';
import { isUpToDate, majorityOffset } from './quorum-logs.ts';
import type { LogEnd } from './quorum-logs.ts';

/** A voter as far as its vote depends on it, in the epoch of the request. */
export interface Voter extends LogEnd {
  readonly role: 'unattached' | 'prospective' | 'candidate' | 'follower' | 'leader' | 'resigned';
  /** For whom it voted in this epoch. */
  readonly votedFor: number | null;
  readonly knowsLeader: boolean;
  /** As a follower: has it fetched from its leader in this epoch? */
  readonly hasFetchedFromLeader: boolean;
}

/** One vote an epoch, to a log that lacks nothing the voter has, and none where a leader is known (KIP-595). */
export function grantsVote(voter: Voter, candidateId: number, candidate: LogEnd): boolean {
  if (voter.votedFor !== null) return voter.votedFor === candidateId;
  if (
    voter.knowsLeader ||
    voter.role === 'candidate' ||
    voter.role === 'leader' ||
    voter.role === 'resigned'
  ) {
    return false;
  }
  return isUpToDate(candidate, voter);
}

/** A pre-vote costs nothing; it is refused by whoever leads, or fetches from the leader it has (KIP-996). */
export function grantsPreVote(voter: Voter, candidate: LogEnd): boolean {
  if (voter.role === 'leader') return false;
  if (voter.role === 'follower' && voter.hasFetchedFromLeader) return false;
  return isUpToDate(candidate, voter);
}

export interface QuorumCommitState {
  readonly highWatermark: number;
  /** Offset of the LeaderChange record of the leader's epoch. */
  readonly epochStartOffset: number;
  /** What each voter has acknowledged (exclusive), the leader's own durable end included. */
  readonly acknowledged: readonly number[];
}

/**
 * What a majority holds, once that includes a record of the leader's own epoch: an older record on a
 * majority may still be overwritten (Raft 5.4.2). Never down.
 */
export function nextQuorumHighWatermark({
  highWatermark,
  epochStartOffset,
  acknowledged,
}: QuorumCommitState): number {
  const heldByMajority = majorityOffset(acknowledged);
  return heldByMajority > epochStartOffset ? Math.max(highWatermark, heldByMajority) : highWatermark;
}

/** A leader from which no majority fetches any more has to resign: there may be another one (KAFKA-15489). The only voter is its own majority (KAFKA-16144). */
export function hasLostQuorum(voters: number, withoutMajorityMs: number, timeoutMs: number): boolean {
  return voters > 1 && withoutMajorityMs >= timeoutMs;
}

/** Whether a follower's log parts from the leader's: then the largest epoch up to its own that the leader knows, and where that ends (KIP-595). */
export function quorumDivergence(
  endOfEpoch: (epoch: number) => EpochEndOffset,
  fetchOffset: number,
  lastFetchedEpoch: number,
): EpochEndOffset | null {
  const end = endOfEpoch(lastFetchedEpoch);
  return end.epoch === lastFetchedEpoch && fetchOffset <= end.endOffset ? null : end;
}

/**
 * Whether a follower can go on only from the leader's snapshot: it lacks what the leader has deleted, or its log
 * parts from the leader's below the leader's log start (KIP-630). `startEpoch`: of the entry before the start.
 */
export function needsMetadataSnapshot(
  leader: { readonly startOffset: number; readonly startEpoch: number },
  fetchOffset: number,
  lastFetchedEpoch: number,
): boolean {
  const { startOffset, startEpoch } = leader;
  if (startOffset === 0) return false;
  return (
    fetchOffset < startOffset ||
    lastFetchedEpoch < startEpoch ||
    (fetchOffset === startOffset && lastFetchedEpoch !== startEpoch)
  );
}

export interface MetadataLogState {
  readonly logStartOffset: number;
  readonly highWatermark: number;
  /** How far the latest snapshot tells (exclusive); 0 when there is none. */
  readonly snapshotEndOffset: number;
  /** So many committed entries are kept, if no snapshot needs more (`metadata.max.retention.bytes`). */
  readonly retainedEntries: number;
}

/** Where the metadata log may begin: entries are deleted when there are too many, and only what a snapshot tells (KIP-630, KAFKA-14238). */
export function metadataLogStart(state: MetadataLogState): number {
  const { logStartOffset, highWatermark, snapshotEndOffset, retainedEntries } = state;
  if (highWatermark - logStartOffset <= retainedEntries) return logStartOffset;
  return Math.max(logStartOffset, snapshotEndOffset);
}

/** How far a follower truncates (the offset is the first one dropped): to where both logs can agree at most. */
export function quorumTruncation(
  leader: EpochEndOffset,
  endOfEpoch: (epoch: number) => EpochEndOffset,
): number {
  const own = endOfEpoch(leader.epoch);
  return own.epoch === leader.epoch ? Math.min(own.endOffset, leader.endOffset) : own.endOffset;
}

/** What is committed is never dropped: a controller that is told to stops for good instead (KAFKA-12460). */
export function mayTruncateQuorumLog(toOffset: number, highWatermark: number): boolean {
  return toOffset >= highWatermark;
}

/** A fetch acknowledges what lies below it, so that must be on the disk first (KAFKA-10533). */
export function flushesBeforeAcknowledging(): boolean {
  return true;
}

/**
 * Whether a controller that believes to lead the quorum leads it no more, for all that whoever asks it has heard. An
 * observer's epoch never goes back, so that a broker trusts no answer of a controller that was deposed before (KIP-595;
 * what AlterPartition rests on, see the review of KIP-841's part 2).
 */
export function isDeposed(itsEpoch: number, newestKnownEpoch: number): boolean {
  return itsEpoch < newestKnownEpoch;
}
