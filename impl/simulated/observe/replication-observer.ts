import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { RecordBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { eventsOf } from './fan-out.ts';
import type { ReplicaView } from './replica-view.ts';
import type { TransactionView } from './transaction-view.ts';

/** The events of replicated state. Each is emitted at the moment of the change. */
export interface ReplicationObserver {
  /** A broker opened a log that it found on its disk. */
  logOpened(broker: number, log: PartitionLog, highWatermark: number): void;
  /** `lossy`: power or disk was lost as well, so that the broker's logs may come back shorter. */
  brokerStopped(broker: number, lossy: boolean): void;
  /** A broker deleted a replica with its log. */
  replicaDeleted(broker: number, log: PartitionLog): void;
  /** A broker continues without the log directory of this replica. */
  replicaOffline(broker: number, log: PartitionLog): void;
  appended(partition: ReplicaView, batch: RecordBatch, asLeader: boolean): void;
  truncated(partition: ReplicaView, toOffset: number, removed: number): void;
  /** The whole log was dropped; it starts again, empty, at `log.logStartOffset`. */
  truncatedFully(partition: ReplicaView): void;
  logStartMoved(partition: ReplicaView): void;
  highWatermarkMoved(partition: ReplicaView): void;
  roleChanged(partition: ReplicaView): void;
  leaderIsrChanged(partition: ReplicaView): void;
  /** The leader took a follower's fetch position for its log end. */
  followerFetched(partition: ReplicaView, follower: number, logEndOffset: number): void;
  /** The controller committed a new state of a partition. `leaderIsActive`: its leader is registered and not fenced. */
  partitionChanged(record: PartitionRecord, uncleanly: boolean, leaderIsActive: boolean): void;
  /** The controller committed the deletion of a topic: nothing is guaranteed for its records any more. */
  topicRemoved(topicId: number): void;
  /** A transaction coordinator made or began a transition of a transactional id, or loaded it from its log. */
  transactionChanged(broker: number, transaction: TransactionView): void;
  /** A broker no longer coordinates a transactional id, or the id has expired. */
  transactionForgotten(broker: number, transactionalId: string): void;
  /** A coordinator sends no marker to a partition because it takes the partition for deleted (KAFKA-5202). */
  markerSkipped(partition: PartitionName, producerId: number): void;
  /** Everything that one simulated event changes is in place: invariants between replicas can be checked. */
  settled(): void;
}

/** Implements the events that it needs; the others do not reach it. */
export type ReplicationListener = Partial<ReplicationObserver>;

/** Returns an observer that passes every event to the listeners that implement it, in their order. */
export function notifyReplication(listeners: readonly ReplicationListener[]): ReplicationObserver {
  const event = eventsOf(listeners);
  return {
    logOpened: event((listener) => listener.logOpened),
    brokerStopped: event((listener) => listener.brokerStopped),
    replicaDeleted: event((listener) => listener.replicaDeleted),
    replicaOffline: event((listener) => listener.replicaOffline),
    appended: event((listener) => listener.appended),
    truncated: event((listener) => listener.truncated),
    truncatedFully: event((listener) => listener.truncatedFully),
    logStartMoved: event((listener) => listener.logStartMoved),
    highWatermarkMoved: event((listener) => listener.highWatermarkMoved),
    roleChanged: event((listener) => listener.roleChanged),
    leaderIsrChanged: event((listener) => listener.leaderIsrChanged),
    followerFetched: event((listener) => listener.followerFetched),
    partitionChanged: event((listener) => listener.partitionChanged),
    topicRemoved: event((listener) => listener.topicRemoved),
    transactionChanged: event((listener) => listener.transactionChanged),
    transactionForgotten: event((listener) => listener.transactionForgotten),
    markerSkipped: event((listener) => listener.markerSkipped),
    settled: event((listener) => listener.settled),
  };
}
