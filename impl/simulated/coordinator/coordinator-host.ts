import type { ReplicaView } from '../observe/replica-view.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { UnplacedBatch } from '../../kafka/records.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import type { Context } from '../kernel/context.ts';

/** What coordinators have of the broker that they are a part of. */
export interface CoordinatorHost {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly brokerId: number;
  /** The cluster as this broker has heard of it. */
  readonly image: ClusterImage;
  /** Another producer id; null while none is at hand. */
  nextProducerId(): number | null;
  /**
   * Appends to a partition that this broker leads, with acks=all; `done` is told the offset when the batch is
   * committed, or why nobody can say that it is.
   */
  appendAsCoordinator(
    partition: PartitionName,
    batch: UnplacedBatch,
    done: (error: ErrorCode, baseOffset: number) => void,
  ): void;
  /** This broker's replica. */
  replica(partition: PartitionName): ReplicaView | undefined;
  /** Asks the transaction coordinator to agree that a leader writes to the partition in the name of a transaction (KIP-890). */
  joinTransaction(
    transactionalId: string,
    producer: ProducerIdentity,
    partition: PartitionName,
    done: (error: ErrorCode) => void,
  ): void;
}
