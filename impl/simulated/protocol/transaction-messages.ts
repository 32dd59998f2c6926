/** Messages between transactional producers, coordinators and partition leaders, with Kafka's field names (KIP-98). */
import type { Api } from '../../kafka/api.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';

export interface FindCoordinatorRequest {
  readonly api: typeof Api.FindCoordinator;
  readonly keyType: 'group' | 'transaction';
  readonly key: string;
}
export interface FindCoordinatorResponse {
  readonly api: typeof Api.FindCoordinator;
  readonly error: ErrorCode;
  /** Broker id, or -1. */
  readonly nodeId: number;
}

export interface AddPartitionsToTxnRequest {
  readonly api: typeof Api.AddPartitionsToTxn;
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly partitions: readonly PartitionName[];
  /** A partition leader only verifies that they are in the transaction (KIP-890). */
  readonly verifyOnly: boolean;
}
export interface AddPartitionsToTxnResponse {
  readonly api: typeof Api.AddPartitionsToTxn;
  readonly partitions: readonly { readonly partition: PartitionName; readonly error: ErrorCode }[];
}

/** Adds the partition of the offsets topic that keeps the group's offsets. */
export interface AddOffsetsToTxnRequest {
  readonly api: typeof Api.AddOffsetsToTxn;
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly group: string;
}
export interface AddOffsetsToTxnResponse {
  readonly api: typeof Api.AddOffsetsToTxn;
  readonly error: ErrorCode;
}

export interface EndTxnRequest {
  readonly api: typeof Api.EndTxn;
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly committed: boolean;
}
export interface EndTxnResponse {
  readonly api: typeof Api.EndTxn;
  readonly error: ErrorCode;
  /** The producer's id from now on; -1: unchanged. */
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface WriteTxnMarkersRequest {
  readonly api: typeof Api.WriteTxnMarkers;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly committed: boolean;
  /** The protocol in which the transaction was ended (KIP-1228). */
  readonly transactionVersion: 1 | 2;
  readonly partitions: readonly PartitionName[];
}
export interface WriteTxnMarkersResponse {
  readonly api: typeof Api.WriteTxnMarkers;
  readonly partitions: readonly { readonly partition: PartitionName; readonly error: ErrorCode }[];
}

export interface GroupOffset {
  readonly partition: PartitionName;
  /** The next offset to be read. */
  readonly offset: number;
}
export interface TxnOffsetCommitRequest {
  readonly api: typeof Api.TxnOffsetCommit;
  readonly transactionalId: string;
  readonly group: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly offsets: readonly GroupOffset[];
}
export interface OffsetCommitRequest {
  readonly api: typeof Api.OffsetCommit;
  readonly group: string;
  readonly offsets: readonly GroupOffset[];
}
export interface TxnOffsetCommitResponse {
  readonly api: typeof Api.TxnOffsetCommit;
  readonly error: ErrorCode;
}
export interface OffsetCommitResponse {
  readonly api: typeof Api.OffsetCommit;
  readonly error: ErrorCode;
}
export interface OffsetFetchRequest {
  readonly api: typeof Api.OffsetFetch;
  readonly group: string;
  readonly partitions: readonly PartitionName[];
  /** Refuses to answer while a transaction may still change the answer (KIP-447). */
  readonly requireStable: boolean;
}
export interface OffsetFetchResponse {
  readonly api: typeof Api.OffsetFetch;
  readonly error: ErrorCode;
  /** Null: the group has none. */
  readonly offsets: readonly { readonly partition: PartitionName; readonly offset: number | null }[];
}

export type TransactionRequest =
  | FindCoordinatorRequest
  | AddPartitionsToTxnRequest
  | AddOffsetsToTxnRequest
  | EndTxnRequest
  | WriteTxnMarkersRequest
  | TxnOffsetCommitRequest
  | OffsetCommitRequest
  | OffsetFetchRequest;

export type TransactionResponse =
  | FindCoordinatorResponse
  | AddPartitionsToTxnResponse
  | AddOffsetsToTxnResponse
  | EndTxnResponse
  | WriteTxnMarkersResponse
  | TxnOffsetCommitResponse
  | OffsetCommitResponse
  | OffsetFetchResponse;
