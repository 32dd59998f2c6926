/** Records of the metadata log, with Kafka's names (KIP-631); offsets count records from 0. */
import type { PartitionName } from '../../kafka/partition-name.ts';

/** The partition of the metadata log. */
export const METADATA_PARTITION: PartitionName = '__cluster_metadata-0';

export interface RegisterBrokerRecord {
  readonly type: 'RegisterBroker';
  readonly brokerId: number;
  readonly incarnationId: number;
  readonly brokerEpoch: number;
  readonly fenced: boolean;
  /** For a broker that was already registered: in a snapshot, or because it registers again. */
  readonly inControlledShutdown?: true;
  /** Ids of the log directories that are online; absent for a broker that has only one (KIP-858). */
  readonly logDirs?: readonly number[];
}
export interface BrokerRegistrationChangeRecord {
  readonly type: 'BrokerRegistrationChange';
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly fenced?: boolean;
  readonly inControlledShutdown?: boolean;
  readonly logDirs?: readonly number[];
}
/** A topic is created. A topic created again under an old name has another id (KIP-516). */
export interface TopicRecord {
  readonly type: 'Topic';
  readonly topic: string;
  /** The offset of this record: no other committed record has it. */
  readonly topicId: number;
}
/** The topic is deleted, with all its partitions. */
export interface RemoveTopicRecord {
  readonly type: 'RemoveTopic';
  readonly topicId: number;
}
/** The first record that a leader of the quorum writes in its epoch (KIP-595). It takes an offset and changes nothing. */
export interface LeaderChangeRecord {
  readonly type: 'LeaderChange';
  readonly leaderId: number;
}
/** A broker has been given the producer ids up to, not including, `nextProducerId` (KIP-730). */
export interface ProducerIdsRecord {
  readonly type: 'ProducerIds';
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly nextProducerId: number;
}
/** The full state of a partition: written at its creation, and at every change. */
export interface PartitionRecord {
  readonly type: 'Partition';
  readonly partition: PartitionName;
  readonly topic: string;
  readonly topicId: number;
  readonly index: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Eligible leader replicas (KIP-966). */
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  /** The log directory of each replica; absent while it is known of none (KIP-858). */
  readonly directories?: readonly number[];
  /** The reassignment under way (KIP-455); both absent while there is none. */
  readonly addingReplicas?: readonly number[];
  readonly removingReplicas?: readonly number[];
  /** -1: none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  /** This change elected a leader that may lack committed records (KIP-704: leader recovery state RECOVERING). */
  readonly electedUncleanly?: true;
}

export type MetadataRecord =
  | RegisterBrokerRecord
  | BrokerRegistrationChangeRecord
  | TopicRecord
  | RemoveTopicRecord
  | PartitionRecord
  | ProducerIdsRecord
  | LeaderChangeRecord;

/** Kafka's reserved directory ids (DirectoryId): the directory of a replica is not reported yet, or it is lost. */
export const UNASSIGNED_DIRECTORY = 0;
export const LOST_DIRECTORY = 1;

/** Returns the log directory of a replica, as far as the controller knows. */
export function directoryOf({ replicas, directories }: PartitionRecord, broker: number): number {
  return directories?.[replicas.indexOf(broker)] ?? UNASSIGNED_DIRECTORY;
}
