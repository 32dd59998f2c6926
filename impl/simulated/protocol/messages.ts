/** Requests and responses, with Kafka's field names; only the fields that this Kafka acts on. */
import { Api } from '../../kafka/api.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { AbortedTxn } from '../../kafka/records.ts';
import type { RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { MetadataRecord } from './metadata-records.ts';
import type { MetadataSnapshot, SnapshotId } from './metadata-snapshot.ts';
import type { TransactionRequest, TransactionResponse } from './transaction-messages.ts';

/** Replica id of a fetch by a consumer. */
export const CONSUMER_REPLICA_ID = -1;
/** No leader epoch given: the check is skipped. */
export const NO_EPOCH = -1;

export interface ProduceRequest {
  readonly api: typeof Api.Produce;
  /** 0, 1, or -1 for all. */
  readonly acks: number;
  readonly timeoutMs: number;
  /** Whose transaction the batches belong to; absent: they belong to none. */
  readonly transactionalId?: string;
  readonly partitions: readonly ProducePartition[];
}
/** One batch: Kafka's clients put no more of a partition into a request. */
export interface ProducePartition extends UnplacedBatch {
  readonly partition: PartitionName;
  /** As the producer's metadata have it (KIP-516). */
  readonly topicId: number;
}
export interface ProducedPartition {
  readonly partition: PartitionName;
  readonly error: ErrorCode;
  /** -1 when nothing was appended. */
  readonly baseOffset: number;
  /** Absent when it is not known. */
  readonly logStartOffset?: number;
}
export interface ProduceResponse {
  readonly api: typeof Api.Produce;
  readonly partitions: readonly ProducedPartition[];
}

export interface FetchPartition {
  readonly partition: PartitionName;
  /** Which of the topics that ever had this name (KIP-516). */
  readonly topicId: number;
  readonly fetchOffset: number;
  /** Epoch of the last record that the fetcher has (KIP-595 style truncation); NO_EPOCH if none or a consumer without it. */
  readonly lastFetchedEpoch: number;
  /** The leader epoch that the fetcher believes in (KIP-320). */
  readonly currentLeaderEpoch: number;
  /** The follower's own log start, inclusive; a consumer has none. */
  readonly logStartOffset?: number;
}
export interface FetchRequest {
  readonly api: typeof Api.Fetch;
  /** A broker id, or CONSUMER_REPLICA_ID. */
  readonly replicaId: number;
  /** The follower's broker epoch (KIP-903), -1 for a consumer. */
  readonly replicaEpoch: number;
  readonly maxWaitMs: number;
  readonly minRecords: number;
  /** A consumer that wants committed transactions only is served up to the last stable offset. */
  readonly readCommitted?: true;
  /** A consumer's client.rack (KIP-392); absent: none. */
  readonly rackId?: string;
  readonly partitions: readonly FetchPartition[];
}
export interface EpochEndOffset {
  readonly epoch: number;
  /** Exclusive. */
  readonly endOffset: number;
}
export interface FetchedPartition {
  readonly partition: PartitionName;
  readonly error: ErrorCode;
  readonly highWatermark: number;
  readonly logStartOffset: number;
  /** Where the fetcher's log and the leader's part ways; then there are no batches. */
  readonly divergingEpoch: EpochEndOffset | null;
  /** The consumer shall read from that broker; then there are no batches (KIP-392). */
  readonly preferredReadReplica?: number;
  /** For a read_committed consumer only: how far it was served at most, exclusive. */
  readonly lastStableOffset?: number;
  /** For a read_committed consumer only: whose records among the batches it must drop. */
  readonly abortedTransactions?: readonly AbortedTxn[];
  readonly batches: readonly RecordBatch[];
}
export interface FetchResponse {
  readonly api: typeof Api.Fetch;
  readonly partitions: readonly FetchedPartition[];
}

export const EARLIEST_TIMESTAMP = -2;
export const LATEST_TIMESTAMP = -1;
export interface ListOffsetsRequest {
  readonly api: typeof Api.ListOffsets;
  readonly replicaId: number;
  readonly readCommitted?: true;
  readonly partitions: readonly {
    readonly partition: PartitionName;
    readonly timestamp: typeof EARLIEST_TIMESTAMP | typeof LATEST_TIMESTAMP;
    readonly currentLeaderEpoch: number;
  }[];
}
export interface ListOffsetsResponse {
  readonly api: typeof Api.ListOffsets;
  readonly partitions: readonly {
    readonly partition: PartitionName;
    readonly error: ErrorCode;
    readonly offset: number;
    readonly leaderEpoch: number;
  }[];
}

export interface OffsetsForLeaderEpochRequest {
  readonly api: typeof Api.OffsetsForLeaderEpoch;
  readonly replicaId: number;
  readonly partitions: readonly {
    readonly partition: PartitionName;
    readonly leaderEpoch: number;
    readonly currentLeaderEpoch: number;
  }[];
}
export interface OffsetsForLeaderEpochResponse {
  readonly api: typeof Api.OffsetsForLeaderEpoch;
  /** `leaderEpoch` and `endOffset` are -1 when the leader cannot tell. */
  readonly partitions: readonly {
    readonly partition: PartitionName;
    readonly error: ErrorCode;
    readonly leaderEpoch: number;
    readonly endOffset: number;
  }[];
}

export interface MetadataRequest {
  readonly api: typeof Api.Metadata;
}
export interface PartitionMetadata {
  readonly partition: PartitionName;
  readonly topic: string;
  readonly topicId: number;
  readonly index: number;
  /** Broker id, or -1. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}
export interface MetadataResponse {
  readonly api: typeof Api.Metadata;
  /** Brokers that are not fenced, as the answering broker knows. */
  readonly brokers: readonly number[];
  readonly partitions: readonly PartitionMetadata[];
}

/** Deletes what lies below an offset, which must not lie above the high watermark (KIP-107). */
export interface DeleteRecordsRequest {
  readonly api: typeof Api.DeleteRecords;
  readonly partition: PartitionName;
  readonly beforeOffset: number;
  readonly timeoutMs: number;
}
export interface DeleteRecordsResponse {
  readonly api: typeof Api.DeleteRecords;
  readonly error: ErrorCode;
}

export interface CreateTopicsRequest {
  readonly api: typeof Api.CreateTopics;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}
export interface DeleteTopicsRequest {
  readonly api: typeof Api.DeleteTopics;
  readonly topic: string;
}
export interface ElectLeadersRequest {
  readonly api: typeof Api.ElectLeaders;
  readonly election: 'preferred' | 'unclean';
  readonly partition: PartitionName;
}
/** The replicas that the partition shall have, the preferred leader first (KIP-455). A new order of the same ones takes effect at once. */
export interface AlterPartitionReassignmentsRequest {
  readonly api: typeof Api.AlterPartitionReassignments;
  readonly partition: PartitionName;
  readonly replicas: readonly number[];
}
/** What administrative requests are answered with. */
export interface AdminResponse {
  readonly api:
    | typeof Api.CreateTopics
    | typeof Api.DeleteTopics
    | typeof Api.ElectLeaders
    | typeof Api.AlterPartitionReassignments;
  readonly error: ErrorCode;
  /** Of the topic that was created. */
  readonly topicId?: number;
}

export interface AlterPartitionItem {
  readonly partition: PartitionName;
  readonly topicId: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  /** The proposed in-sync replicas, each with the broker epoch the leader knows for it; -1: not known (KIP-903). */
  readonly newIsr: readonly { readonly broker: number; readonly brokerEpoch: number }[];
}
export interface AlterPartitionRequest {
  readonly api: typeof Api.AlterPartition;
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly partitions: readonly AlterPartitionItem[];
}
export interface AlteredPartition {
  readonly partition: PartitionName;
  readonly error: ErrorCode;
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly isr: readonly number[];
}
export interface AlterPartitionResponse {
  readonly api: typeof Api.AlterPartition;
  readonly error: ErrorCode;
  readonly partitions: readonly AlteredPartition[];
}

export interface BrokerRegistrationRequest {
  readonly api: typeof Api.BrokerRegistration;
  readonly brokerId: number;
  readonly incarnationId: number;
  /** From the clean-shutdown file; -1 when the last shutdown was not clean (KIP-966). */
  readonly previousBrokerEpoch: number;
  /** Those that are online; absent for a broker that has only one (KIP-858). */
  readonly logDirs?: readonly number[];
}
export interface BrokerRegistrationResponse {
  readonly api: typeof Api.BrokerRegistration;
  readonly error: ErrorCode;
  readonly brokerEpoch: number;
}

export interface BrokerHeartbeatRequest {
  readonly api: typeof Api.BrokerHeartbeat;
  readonly brokerId: number;
  readonly brokerEpoch: number;
  /** How far the broker has applied the metadata log: the offset of the last record. */
  readonly currentMetadataOffset: number;
  readonly wantFence: boolean;
  readonly wantShutDown: boolean;
  /** Absent while all are online (KIP-858). */
  readonly offlineLogDirs?: readonly number[];
}
export interface BrokerHeartbeatResponse {
  readonly api: typeof Api.BrokerHeartbeat;
  readonly error: ErrorCode;
  readonly isCaughtUp: boolean;
  readonly isFenced: boolean;
  readonly shouldShutDown: boolean;
}

/** A broker asks for producer ids that nobody else gives out (KIP-730). */
export interface AllocateProducerIdsRequest {
  readonly api: typeof Api.AllocateProducerIds;
  readonly brokerId: number;
  readonly brokerEpoch: number;
}
export interface AllocateProducerIdsResponse {
  readonly api: typeof Api.AllocateProducerIds;
  readonly error: ErrorCode;
  readonly producerIdStart: number;
  readonly producerIdLen: number;
}

/** A producer asks for an id (KIP-98). Without a transactional id any broker answers, and nobody is fenced. */
export interface InitProducerIdRequest {
  readonly api: typeof Api.InitProducerId;
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** Who a transactional producer is already (KIP-360); -1: nobody yet. */
  readonly producerId: number;
  readonly producerEpoch: number;
}
export interface InitProducerIdResponse {
  readonly api: typeof Api.InitProducerId;
  readonly error: ErrorCode;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** A broker tells in which of its log directories replicas lie (KIP-858). */
export interface AssignReplicasToDirsRequest {
  readonly api: typeof Api.AssignReplicasToDirs;
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly assignments: readonly { readonly partition: PartitionName; readonly directory: number }[];
}
export interface AssignReplicasToDirsResponse {
  readonly api: typeof Api.AssignReplicasToDirs;
  readonly error: ErrorCode;
}

export interface FetchMetadataRequest {
  readonly api: typeof Api.FetchMetadata;
  readonly brokerId: number;
  readonly fetchOffset: number;
  readonly maxWaitMs: number;
}
export interface FetchMetadataResponse {
  readonly api: typeof Api.FetchMetadata;
  readonly error: ErrorCode;
  /** The leader of the quorum as the answering controller knows it; -1: unknown. */
  readonly leaderId: number;
  /** The epoch of the quorum in which it leads. */
  readonly leaderEpoch: number;
  /** What the broker has to fetch first, because the log begins above its fetch offset (KIP-630); then there are no records. */
  readonly snapshotId: SnapshotId | null;
  /** Offset of the first record returned. */
  readonly baseOffset: number;
  readonly records: readonly MetadataRecord[];
}

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
  /** Also the acknowledgement: everything below is on the follower's disk. */
  readonly fetchOffset: number;
  readonly lastFetchedEpoch: number;
  readonly maxWaitMs: number;
}
/** What every answer in the quorum tells besides: the epoch, and who leads in it (-1: unknown). */
interface QuorumView {
  readonly error: ErrorCode;
  readonly leaderEpoch: number;
  readonly leaderId: number;
}
export interface FetchQuorumResponse extends QuorumView {
  readonly api: typeof Api.FetchQuorum;
  readonly highWatermark: number;
  /** Where the follower's log and the leader's part ways; then there are no entries. */
  readonly divergingEpoch: EpochEndOffset | null;
  /** What the follower has to fetch first, because the leader's log begins too late for it (KIP-630); then there are no entries. */
  readonly snapshotId: SnapshotId | null;
  readonly entries: readonly MetadataEntry[];
}
/** Asked by voters and by brokers. A snapshot travels as a whole. */
export interface FetchSnapshotRequest {
  readonly api: typeof Api.FetchSnapshot;
  readonly snapshotId: SnapshotId;
  /** The epoch of the quorum in which a voter follows; -1: a broker, for which what is committed is the same in any. */
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
  /** Voters by how much of the log they hold, the fullest first. */
  readonly preferredCandidates: readonly number[];
}
export interface EndQuorumEpochResponse extends QuorumView {
  readonly api: typeof Api.EndQuorumEpoch;
}

/** What controllers ask each other. */
export type QuorumRequest =
  FetchQuorumRequest | FetchSnapshotRequest | VoteRequest | BeginQuorumEpochRequest | EndQuorumEpochRequest;
export type QuorumResponse =
  | FetchQuorumResponse
  | FetchSnapshotResponse
  | VoteResponse
  | BeginQuorumEpochResponse
  | EndQuorumEpochResponse;

/** Whoever asks a controller for something. */
export interface AsksController {
  /** The newest epoch of the quorum that it has heard of; absent: it has heard of none. */
  readonly quorumEpoch?: number;
}

/** What brokers and admin clients ask controllers. */
export type ControllerRequest = AsksController &
  (
    | CreateTopicsRequest
    | DeleteTopicsRequest
    | ElectLeadersRequest
    | AlterPartitionReassignmentsRequest
    | AlterPartitionRequest
    | BrokerRegistrationRequest
    | BrokerHeartbeatRequest
    | AllocateProducerIdsRequest
    | AssignReplicasToDirsRequest
    | FetchMetadataRequest
    | FetchSnapshotRequest
  );

export type RequestBody =
  | TransactionRequest
  | ProduceRequest
  | FetchRequest
  | ListOffsetsRequest
  | OffsetsForLeaderEpochRequest
  | MetadataRequest
  | DeleteRecordsRequest
  | InitProducerIdRequest
  | ControllerRequest
  | QuorumRequest;

export type ResponseBody =
  | TransactionResponse
  | ProduceResponse
  | FetchResponse
  | ListOffsetsResponse
  | OffsetsForLeaderEpochResponse
  | MetadataResponse
  | AdminResponse
  | DeleteRecordsResponse
  | AlterPartitionResponse
  | BrokerRegistrationResponse
  | BrokerHeartbeatResponse
  | AllocateProducerIdsResponse
  | InitProducerIdResponse
  | AssignReplicasToDirsResponse
  | FetchMetadataResponse
  | QuorumResponse;

/** The response that answers a request. */
export type ResponseTo<R extends RequestBody> =
  Extract<ResponseBody, { readonly api: R['api'] }> extends never
    ? AdminResponse
    : Extract<ResponseBody, { readonly api: R['api'] }>;
