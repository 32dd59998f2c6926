import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterImage } from '../metadata/cluster-image.ts';
import type { ProducerIdentity } from '../rules/transaction-coordinator.ts';
import type { RuntimeHost } from './runtime/runtime-host.ts';

/** The part of a broker that its coordinators use. */
export interface CoordinatorHost extends RuntimeHost {
  readonly cluster: Cluster;
  readonly brokerId: number;
  /** The cluster metadata that this broker has applied. */
  readonly image: ClusterImage;
  /** Takes a producer id out of the broker's block; null while it waits for another block. */
  nextProducerId(): number | null;
  /** Asks the transaction coordinator to add a partition, or to verify that it was added, before a leader writes to it (KIP-890). */
  joinTransaction(
    transactionalId: string,
    producer: ProducerIdentity,
    partition: PartitionName,
    done: (error: ErrorCode) => void,
  ): void;
}
