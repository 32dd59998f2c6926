/** A reassignment of a partition (KIP-455): `replicas` are the target, followed by those that will be removed. */
export interface Reassignment {
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

/** Returns the reassignment from one assignment to another; it adds and removes nothing when only the order differs. */
export function beginReassignment(current: readonly number[], target: readonly number[]): Reassignment {
  const removingReplicas = current.filter((broker) => !target.includes(broker));
  const addingReplicas = target.filter((broker) => !current.includes(broker));
  return { replicas: [...target, ...removingReplicas], addingReplicas, removingReplicas };
}

/**
 * Returns replicas and ISR after a reassignment, or null while it is not complete: it completes when all target replicas
 * are in sync, and those to be removed leave replicas and ISR in one step.
 */
export function completeReassignment(
  { replicas, addingReplicas, removingReplicas }: Reassignment,
  isr: readonly number[],
): { readonly replicas: readonly number[]; readonly isr: readonly number[] } | null {
  if (addingReplicas.length === 0 && removingReplicas.length === 0) return null;
  const stays = (broker: number): boolean => !removingReplicas.includes(broker);
  const target = replicas.filter(stays);
  if (target.length === 0 || target.some((broker) => !isr.includes(broker))) return null;
  return { replicas: target, isr: isr.filter(stays) };
}

/** Returns the leader epoch after a change. It rises when the leader changes, or when a replica is removed: the leader must not wait for that replica, nor serve its fetches. */
export function leaderEpochAfter(
  leaderEpoch: number,
  change: { readonly leaderChanged: boolean; readonly replicaRemoved: boolean },
): number {
  return change.leaderChanged || change.replicaRemoved ? leaderEpoch + 1 : leaderEpoch;
}
