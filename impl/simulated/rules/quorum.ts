import type { EpochEndOffset } from '../../kafka/leader-epoch.ts';
import { isUpToDate, majorityOffset } from './quorum-logs.ts';
import type { LogEnd } from './quorum-logs.ts';

/** The state of a voter that its vote depends on, in the epoch of the request. */
export interface Voter extends LogEnd {
  readonly role: 'unattached' | 'prospective' | 'candidate' | 'follower' | 'leader' | 'resigned';
  /** The candidate that it voted for in this epoch. */
  readonly votedFor: number | null;
  readonly knowsLeader: boolean;
  /** Whether, as a follower, it has fetched from its leader in this epoch. */
  readonly hasFetchedFromLeader: boolean;
}

/** Grants one vote an epoch, to a candidate whose log lacks nothing that the voter has, and none when the voter knows a leader (KIP-595). */
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

/** Grants a pre-vote, which binds the voter to nothing, unless the voter leads or fetches from a leader (KIP-996). */
export function grantsPreVote(voter: Voter, candidate: LogEnd): boolean {
  if (voter.role === 'leader') return false;
  if (voter.role === 'follower' && voter.hasFetchedFromLeader) return false;
  return isUpToDate(candidate, voter);
}

export interface QuorumCommitState {
  readonly highWatermark: number;
  /** Offset of the LeaderChange record of the leader's epoch. */
  readonly epochStartOffset: number;
  /** The offset that each voter has acknowledged (exclusive), the leader's own durable end included. */
  readonly acknowledged: readonly number[];
}

/**
 * Returns the offset that a majority holds, once that includes a record of the leader's own epoch: an older record on a
 * majority may still be overwritten (Raft 5.4.2). It never goes down.
 */
export function nextQuorumHighWatermark({
  highWatermark,
  epochStartOffset,
  acknowledged,
}: QuorumCommitState): number {
  const heldByMajority = majorityOffset(acknowledged);
  return heldByMajority > epochStartOffset ? Math.max(highWatermark, heldByMajority) : highWatermark;
}

/** Whether a leader must resign because no majority fetches from it: there may be another leader (KAFKA-15489). The only voter is its own majority (KAFKA-16144). */
export function hasLostQuorum(voters: number, withoutMajorityMs: number, timeoutMs: number): boolean {
  return voters > 1 && withoutMajorityMs >= timeoutMs;
}

/** Returns where a follower's log diverges from the leader's: the largest epoch up to the follower's last one that the leader has, and its end (KIP-595). Null: the logs agree. */
export function quorumDivergence(
  endOfEpoch: (epoch: number) => EpochEndOffset,
  fetchOffset: number,
  lastFetchedEpoch: number,
): EpochEndOffset | null {
  const end = endOfEpoch(lastFetchedEpoch);
  return end.epoch === lastFetchedEpoch && fetchOffset <= end.endOffset ? null : end;
}

/**
 * Whether a follower needs the leader's snapshot: it lacks entries that the leader has deleted, or its log diverges below
 * the leader's log start (KIP-630). `startEpoch`: of the entry before the start.
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
  /** The end of the latest snapshot (exclusive); 0 when there is none. */
  readonly snapshotEndOffset: number;
  /** The number of committed entries that are kept (`metadata.max.retention.bytes`). */
  readonly retainedEntries: number;
}

/** Returns the new start of the metadata log: entries are deleted when there are too many, and only those that a snapshot includes (KIP-630, KAFKA-14238). */
export function metadataLogStart(state: MetadataLogState): number {
  const { logStartOffset, highWatermark, snapshotEndOffset, retainedEntries } = state;
  if (highWatermark - logStartOffset <= retainedEntries) return logStartOffset;
  return Math.max(logStartOffset, snapshotEndOffset);
}

/** Returns the offset to which a follower truncates (the first one dropped): the last point up to which both logs can agree. */
export function quorumTruncation(
  leader: EpochEndOffset,
  endOfEpoch: (epoch: number) => EpochEndOffset,
): number {
  const own = endOfEpoch(leader.epoch);
  return own.epoch === leader.epoch ? Math.min(own.endOffset, leader.endOffset) : own.endOffset;
}

/** Whether a follower may truncate: never below its high watermark. It halts instead (KAFKA-12460). */
export function mayTruncateQuorumLog(toOffset: number, highWatermark: number): boolean {
  return toOffset >= highWatermark;
}

/** Whether a voter flushes before it acknowledges: a fetch acknowledges everything below its offset, which must be on the disk (KAFKA-10533). */
export function flushesBeforeAcknowledging(): boolean {
  return true;
}

/**
 * Whether a controller that believes to lead the quorum is deposed, by the newest epoch that the sender of a request knows.
 * The epoch of an observer never goes back, so that a broker accepts no response of a deposed controller (KIP-595;
 * AlterPartition relies on it, see the review of KIP-841, part 2).
 */
export function isDeposed(itsEpoch: number, newestKnownEpoch: number): boolean {
  return itsEpoch < newestKnownEpoch;
}
