/** Replicas of each partition, round-robin over the brokers: each partition starts one broker further on, the first is its preferred leader. */
export function placeReplicas(
  brokers: readonly number[],
  partitions: number,
  replicationFactor: number,
): readonly (readonly number[])[] {
  const sorted = [...brokers].sort((a, b) => a - b);
  return Array.from({ length: partitions }, (_, partition) =>
    Array.from({ length: replicationFactor }, (_, i) => sorted[(partition + i) % sorted.length]!),
  );
}
