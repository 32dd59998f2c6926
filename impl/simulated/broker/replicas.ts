import type { ErrorCode } from '../../kafka/errors.ts';
import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Disk } from '../kernel/disk.ts';
import type { Partition } from './partition.ts';

/** The replicas of a broker, as the paths of requests to them see them. */
export interface Replicas {
  get(name: PartitionName): Partition | undefined;
  /** Returns whether the replica lies in a log directory that is offline. */
  isOffline(name: PartitionName): boolean;
  /** Returns the error for a partition that has no replica here that serves. */
  errorForMissing(name: PartitionName): ErrorCode;
  /** Returns the error for a request that names another topic than the one whose replica is here (KIP-516). */
  checkTopic(partition: Partition | undefined, topicId: number): ErrorCode;
  /** Runs a write to a log directory. Returns false if an I/O error prevented it, now or before (KIP-112). */
  guardIo(write: () => void, disk: Disk): boolean;
}
