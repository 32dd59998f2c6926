/**
 * Requests of brokers and administrators to controllers, and their responses, with Kafka's field names; only the fields
 * that this Kafka acts on.
 */
import type { Api } from '../../kafka/api.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { MetadataRecord } from './metadata-records.ts';
import type { SnapshotId } from './metadata-snapshot.ts';
import type { FetchSnapshotRequest } from './quorum-messages.ts';

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

/** Sets the replicas of a partition, the preferred leader first (KIP-455). A new order of the same ones takes effect at once. */
export interface AlterPartitionReassignmentsRequest {
  readonly api: typeof Api.AlterPartitionReassignments;
  readonly partition: PartitionName;
  readonly replicas: readonly number[];
}

/** The response to an administrative request. */
export interface AdminResponse {
  readonly api:
    | typeof Api.CreateTopics
    | typeof Api.DeleteTopics
    | typeof Api.ElectLeaders
    | typeof Api.AlterPartitionReassignments;
  readonly error: ErrorCode;
  /** The id of the topic that was created. */
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
  /** Ids of the online log directories; absent for a broker that has only one (KIP-858). */
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
  /** The offset of the last record of the metadata log that the broker has applied. */
  readonly currentMetadataOffset: number;
  readonly wantFence: boolean;
  readonly wantShutDown: boolean;
  /** Absent while all log directories are online (KIP-858). */
  readonly offlineLogDirs?: readonly number[];
}

export interface BrokerHeartbeatResponse {
  readonly api: typeof Api.BrokerHeartbeat;
  readonly error: ErrorCode;
  readonly isCaughtUp: boolean;
  readonly isFenced: boolean;
  readonly shouldShutDown: boolean;
}

/** Requests a block of producer ids that no other broker gives out (KIP-730). */
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

/** Reports in which of the broker's log directories replicas lie (KIP-858). */
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
  /** The snapshot that the broker must fetch first, because the log begins above its fetch offset (KIP-630); no records then. */
  readonly snapshotId: SnapshotId | null;
  /** Offset of the first record returned. */
  readonly baseOffset: number;
  readonly records: readonly MetadataRecord[];
}

/** A field of every request to a controller. */
export interface AsksController {
  /** The newest epoch of the quorum that the sender knows; absent: none. */
  readonly quorumEpoch?: number;
}

/** The requests of brokers and admin clients to controllers. */
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
