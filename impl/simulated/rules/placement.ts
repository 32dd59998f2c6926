/**
 * Places the replicas of each partition round-robin over the brokers: each partition starts one broker further on, and its
 * first replica is the preferred leader. Where brokers have racks, neighbours are in different racks as far as possible.
 */
export function placeReplicas(
  brokers: readonly number[],
  partitions: number,
  replicationFactor: number,
  rackOf: (broker: number) => string | null = () => null,
): readonly (readonly number[])[] {
  const sorted = alternating(
    [...brokers].sort((a, b) => a - b),
    rackOf,
  );
  return Array.from({ length: partitions }, (_, partition) =>
    Array.from({ length: replicationFactor }, (_, i) => sorted[(partition + i) % sorted.length]!),
  );
}

/** Returns one broker of each rack in turn, the racks in the order of their first broker. */
function alternating(
  brokers: readonly number[],
  rackOf: (broker: number) => string | null,
): readonly number[] {
  const racks = new Map<string | null, number[]>();
  for (const broker of brokers) {
    const rack = rackOf(broker);
    const members = racks.get(rack);
    if (members === undefined) racks.set(rack, [broker]);
    else members.push(broker);
  }
  const order: number[] = [];
  for (let turn = 0; order.length < brokers.length; turn++) {
    for (const members of racks.values()) {
      const member = members[turn];
      if (member !== undefined) order.push(member);
    }
  }
  return order;
}
