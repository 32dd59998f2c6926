import type { PartitionRecord } from '../protocol/metadata-records.ts';
import type { RecordBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { ReplicaView } from './replica-view.ts';
import type { TransactionView } from './transaction-view.ts';
import type { PartitionLog } from '../log/partition-log.ts';

/** Hears of every change of replicated state at the moment it happens: the trace and the invariants listen. */
export interface ReplicationObserver {
  /** A broker opened a log that it found on its disk. */
  logOpened(broker: number, log: PartitionLog, highWatermark: number): void;
  /** `lossy`: power or disk went, too, so that its logs may come back shorter. */
  brokerStopped(broker: number, lossy: boolean): void;
  /** A broker deleted a replica with its log. */
  replicaDeleted(broker: number, log: PartitionLog): void;
  /** A broker goes on without the log directory of this replica. */
  replicaOffline(broker: number, log: PartitionLog): void;
  appended(partition: ReplicaView, batch: RecordBatch, asLeader: boolean): void;
  truncated(partition: ReplicaView, toOffset: number, removed: number): void;
  /** The whole log was dropped, and begins anew at `log.logStartOffset`. */
  begunAnew(partition: ReplicaView): void;
  logStartMoved(partition: ReplicaView): void;
  highWatermarkMoved(partition: ReplicaView): void;
  roleChanged(partition: ReplicaView): void;
  leaderIsrChanged(partition: ReplicaView): void;
  /** The leader took a follower's fetch position for its log end. */
  followerFetched(partition: ReplicaView, follower: number, logEndOffset: number): void;
  /** The controller has committed a new state of a partition. `leaderIsActive`: whoever leads it is registered and not fenced. */
  partitionChanged(record: PartitionRecord, uncleanly: boolean, leaderIsActive: boolean): void;
  /** The controller has committed that a topic is deleted: of its records nothing is promised any more. */
  topicRemoved(topicId: number): void;
  /** A transaction coordinator made or began a transition of a transactional id, or read it back. */
  transactionChanged(broker: number, transaction: TransactionView): void;
  /** A broker coordinates a transactional id no more, or the id has expired. */
  transactionForgotten(broker: number, transactionalId: string): void;
  /** A coordinator sends no marker to a partition that it takes for deleted (KAFKA-5202). */
  markerSkipped(partition: PartitionName, producerId: number): void;
  /** All that one event changed is in place: what must hold between replicas can be looked at. */
  settled(): void;
}

export type { PartitionName };
