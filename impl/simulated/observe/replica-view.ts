import type { PartitionName } from '../../kafka/partition-name.ts';
import type { PartitionLog } from '../log/partition-log.ts';

/** A replica of a partition on one broker as observers see it: they read its state and change nothing. */
export interface ReplicaView {
  readonly name: PartitionName;
  readonly topic: string;
  readonly topicId: number;
  readonly index: number;
  readonly brokerId: number;
  readonly role: 'leader' | 'follower' | 'none';
  readonly isLeader: boolean;
  /** The broker that leads the partition as far as this replica knows; -1 while none does. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** The committed ISR plus proposed additions, which the high watermark waits for (KIP-497). */
  readonly maximalIsr: readonly number[];
  /** The ISR that an AlterPartition request under way proposes; null while none is. */
  readonly proposedIsr: readonly number[] | null;
  /** The log end offset when this replica became leader of its epoch. */
  readonly leaderEpochStartOffset: number;
  readonly log: PartitionLog;
  /** Exclusive. */
  readonly highWatermark: number;
  /** How far a read_committed consumer may read, exclusive. */
  readonly lastStableOffset: number;
}
