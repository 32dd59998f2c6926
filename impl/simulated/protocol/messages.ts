/** Requests and responses, with Kafka's field names; only the fields that this Kafka acts on. */
import { Api } from '../../kafka/api.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { AbortedTxn, RecordBatch, UnplacedBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { TransactionRequest, TransactionResponse } from './transaction-messages.ts';
import type { EpochEndOffset } from '../../kafka/leader-epoch.ts';
import type { QuorumRequest, QuorumResponse } from './quorum-messages.ts';
import type {
  ControllerRequest,
  AdminResponse,
  AlterPartitionResponse,
  BrokerRegistrationResponse,
  BrokerHeartbeatResponse,
  AllocateProducerIdsResponse,
  AssignReplicasToDirsResponse,
  FetchMetadataResponse,
} from './controller-messages.ts';

/** Replica id of a fetch by a consumer. */
export const CONSUMER_REPLICA_ID = -1;
/** No leader epoch given: the check is skipped. */
export const NO_EPOCH = -1;

export interface ProduceRequest {
  readonly api: typeof Api.Produce;
  /** 0, 1, or -1 for all. */
  readonly acks: number;
  readonly timeoutMs: number;
  /** The transactional id whose transaction the batches belong to; absent: none. */
  readonly transactionalId?: string;
  readonly partitions: readonly ProducePartition[];
}
/** One batch: Kafka's clients put at most one of a partition into a request. */
export interface ProducePartition extends UnplacedBatch {
  readonly partition: PartitionName;
  /** From the producer's metadata (KIP-516). */
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
  /** Distinguishes the topics that ever had this name (KIP-516). */
  readonly topicId: number;
  readonly fetchOffset: number;
  /** Epoch of the last record that the fetcher has (KIP-595 style truncation); NO_EPOCH if none or a consumer without it. */
  readonly lastFetchedEpoch: number;
  /** The leader epoch that the fetcher knows (KIP-320). */
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
  /** A read_committed consumer is served up to the last stable offset. */
  readonly readCommitted?: true;
  /** A consumer's client.rack (KIP-392); absent: none. */
  readonly rackId?: string;
  readonly partitions: readonly FetchPartition[];
}

export interface FetchedPartition {
  readonly partition: PartitionName;
  readonly error: ErrorCode;
  readonly highWatermark: number;
  readonly logStartOffset: number;
  /** Where the fetcher's log diverges from the leader's; there are no batches then. */
  readonly divergingEpoch: EpochEndOffset | null;
  /** The broker that the consumer must read from; there are no batches then (KIP-392). */
  readonly preferredReadReplica?: number;
  /** For a read_committed consumer only: the end of what it was served, exclusive. */
  readonly lastStableOffset?: number;
  /** For a read_committed consumer only: the transactions whose records it must drop. */
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
  /** `leaderEpoch` and `endOffset` are -1 when the leader does not know them. */
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
  /** Unfenced brokers, as the answering broker knows them. */
  readonly brokers: readonly number[];
  readonly partitions: readonly PartitionMetadata[];
}

/** Deletes the records below an offset, which must not lie above the high watermark (KIP-107). */
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

/** Requests a producer id (KIP-98). Without a transactional id any broker answers, and no producer is fenced. */
export interface InitProducerIdRequest {
  readonly api: typeof Api.InitProducerId;
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  /** The present id of a transactional producer (KIP-360); -1: none yet. */
  readonly producerId: number;
  readonly producerEpoch: number;
}
export interface InitProducerIdResponse {
  readonly api: typeof Api.InitProducerId;
  readonly error: ErrorCode;
  readonly producerId: number;
  readonly producerEpoch: number;
}

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
