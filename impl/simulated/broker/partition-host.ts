import type { PartitionName } from '../../kafka/partition-name.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { BrokerRegistration } from '../metadata/cluster-image.ts';
import type { Context } from '../kernel/context.ts';
import type { PartitionRecord } from '../protocol/metadata-records.ts';

/** What a partition needs of its broker. `Replica` is the partition itself. */
export interface PartitionHost<Replica> {
  readonly context: Context;
  readonly cluster: Cluster;
  readonly brokerId: number;
  readonly brokerEpoch: number;
  registration(broker: number): BrokerRegistration | undefined;
  /** Returns whether the broker's metadata have a topic with that id. */
  knowsTopic(topicId: number): boolean;
  /** Returns the partition as this broker's metadata has it. */
  partitionRecord(partition: PartitionName): PartitionRecord | undefined;
  proposeIsr(partition: Replica, isr: readonly number[]): void;
}
