import type { Cluster } from '../cluster.ts';
import type { ClusterImage } from '../controller/cluster-image.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { PartitionName, RecordBatch, UnplacedBatch } from '../protocol/records.ts';
import type { Context } from '../world/context.ts';

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
  /** All that the log of this broker's replica holds; nothing without a replica. */
  logOf(partition: PartitionName): Iterable<RecordBatch>;
  /** Exclusive; 0 without a replica. */
  highWatermarkOf(partition: PartitionName): number;
}
