/** What a partition is on its way to (KIP-455): `replicas` are the target, followed by those that are to go. */
export interface Reassignment {
  readonly replicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly removingReplicas: readonly number[];
}

/** The way from one assignment to another; nothing is added or removed when only the order differs. */
export function beginReassignment(current: readonly number[], target: readonly number[]): Reassignment {
  const removingReplicas = current.filter((broker) => !target.includes(broker));
  const addingReplicas = target.filter((broker) => !current.includes(broker));
  return { replicas: [...target, ...removingReplicas], addingReplicas, removingReplicas };
}

/**
 * What is left when a reassignment is over, or null while it is not: it completes when all target
 * replicas are in sync, and those that are to go leave replicas and ISR in one step.
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

/** A replica that has left must not be waited for, nor be listened to: the leader begins a new epoch without it. */
export function leaderEpochAfter(
  leaderEpoch: number,
  change: { readonly leaderChanged: boolean; readonly replicaRemoved: boolean },
): number {
  return change.leaderChanged || change.replicaRemoved ? leaderEpoch + 1 : leaderEpoch;
}
