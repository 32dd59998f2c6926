import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import type { Partition } from './partition.ts';
import type { PartitionHost } from './partition-host.ts';

/** How a replica manager reaches the rest of its broker. */
export interface ReplicaHost extends PartitionHost<Partition> {
  /** The replica's leader epoch changed here, or the replica is gone. */
  onLeaderEpochChanged(partition: Partition): void;
  joinTransaction(
    transactionalId: string,
    producer: ProducerIdentity,
    partition: PartitionName,
    done: (error: ErrorCode) => void,
  ): void;
  /** The marker of a transaction is committed in a partition that this broker leads. */
  transactionCompleted(partition: PartitionName, producerId: number, committed: boolean): void;
}
