/**
 * Requests of controllers to each other, and their responses, with Kafka's field names; only the fields that this Kafka
 * acts on.
 */
import type { Api } from '../../kafka/api.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { MetadataRecord } from './metadata-records.ts';
import type { MetadataSnapshot, SnapshotId } from './metadata-snapshot.ts';
import type { EpochEndOffset } from '../../kafka/leader-epoch.ts';

/** One entry of the metadata log, with the epoch of the leader that wrote it. */
export interface MetadataEntry {
  readonly epoch: number;
  readonly record: MetadataRecord;
}

export interface FetchQuorumRequest {
  readonly api: typeof Api.FetchQuorum;
  readonly replicaId: number;
  /** The epoch of the quorum in which the follower follows. */
  readonly currentLeaderEpoch: number;
  /** Also an acknowledgement: all entries below are on the follower's disk. */
  readonly fetchOffset: number;
  readonly lastFetchedEpoch: number;
  readonly maxWaitMs: number;
}

/** The fields of every response in the quorum: besides the error the epoch, and its leader (-1: unknown). */
export interface QuorumView {
  readonly error: ErrorCode;
  readonly leaderEpoch: number;
  readonly leaderId: number;
}

export interface FetchQuorumResponse extends QuorumView {
  readonly api: typeof Api.FetchQuorum;
  readonly highWatermark: number;
  /** Where the follower's log diverges from the leader's; there are no entries then. */
  readonly divergingEpoch: EpochEndOffset | null;
  /** The snapshot that the follower must fetch first, because the leader's log begins too late (KIP-630); no entries then. */
  readonly snapshotId: SnapshotId | null;
  readonly entries: readonly MetadataEntry[];
}

/** Sent by voters and by brokers. A snapshot is transferred as a whole. */
export interface FetchSnapshotRequest {
  readonly api: typeof Api.FetchSnapshot;
  readonly snapshotId: SnapshotId;
  /** The epoch of the quorum in which a voter follows; -1 from a broker, which needs committed metadata of any epoch. */
  readonly currentLeaderEpoch: number;
}

export interface FetchSnapshotResponse extends QuorumView {
  readonly api: typeof Api.FetchSnapshot;
  /** Null when there is an error. */
  readonly snapshot: MetadataSnapshot | null;
}

export interface VoteRequest {
  readonly api: typeof Api.Vote;
  readonly candidateId: number;
  /** The epoch to be won; for a pre-vote the candidate's present one (KIP-996). */
  readonly candidateEpoch: number;
  readonly lastEpoch: number;
  readonly lastEpochEndOffset: number;
  readonly preVote: boolean;
}

export interface VoteResponse extends QuorumView {
  readonly api: typeof Api.Vote;
  readonly voteGranted: boolean;
}

export interface BeginQuorumEpochRequest {
  readonly api: typeof Api.BeginQuorumEpoch;
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

export interface BeginQuorumEpochResponse extends QuorumView {
  readonly api: typeof Api.BeginQuorumEpoch;
}

export interface EndQuorumEpochRequest {
  readonly api: typeof Api.EndQuorumEpoch;
  readonly leaderId: number;
  readonly leaderEpoch: number;
  /** Voters by their log end, the longest log first. */
  readonly preferredCandidates: readonly number[];
}

export interface EndQuorumEpochResponse extends QuorumView {
  readonly api: typeof Api.EndQuorumEpoch;
}

/** The requests of controllers to each other. */
export type QuorumRequest =
  | FetchQuorumRequest
  | FetchSnapshotRequest
  | VoteRequest
  | BeginQuorumEpochRequest
  | EndQuorumEpochRequest;

export type QuorumResponse =
  | FetchQuorumResponse
  | FetchSnapshotResponse
  | VoteResponse
  | BeginQuorumEpochResponse
  | EndQuorumEpochResponse;
