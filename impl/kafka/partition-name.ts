/** The name of a topic's partition, as Kafka writes it: `orders-0`. */
export type PartitionName = string;

/** Returns the name of a partition of a topic; partitions are counted from 0. */
export function partitionName(topic: string, partition: number): PartitionName {
  return `${topic}-${partition}`;
}
