/** Records of the metadata log, with Kafka's names (KIP-631); offsets count records from 0. */
import type { PartitionName } from './records.ts';

export interface RegisterBrokerRecord {
  readonly type: 'RegisterBroker';
  readonly brokerId: number;
  readonly incarnationId: number;
  readonly brokerEpoch: number;
  readonly fenced: boolean;
}
export interface BrokerRegistrationChangeRecord {
  readonly type: 'BrokerRegistrationChange';
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly fenced?: boolean;
  readonly inControlledShutdown?: boolean;
}
export interface TopicRecord {
  readonly type: 'Topic';
  readonly topic: string;
  readonly topicId: number;
}
/** Written by the leader of the quorum first of all in its epoch (KIP-595). It takes an offset and changes nothing. */
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
  readonly index: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Eligible leader replicas (KIP-966). */
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  /** Of a reassignment under way (KIP-455); both absent while there is none. */
  readonly addingReplicas?: readonly number[];
  readonly removingReplicas?: readonly number[];
  /** -1: none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  /** This very change elected a leader that may lack committed records (KIP-704: leader recovery state RECOVERING). */
  readonly electedUncleanly?: true;
}

export type MetadataRecord =
  | RegisterBrokerRecord
  | BrokerRegistrationChangeRecord
  | TopicRecord
  | PartitionRecord
  | ProducerIdsRecord
  | LeaderChangeRecord;
