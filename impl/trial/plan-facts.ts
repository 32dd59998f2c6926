/** Facts of a plan that the phases and the judgement of a trial need. */
import { faultKind } from '../plan/kinds/faults/index.ts';
import type { Fault, Plan } from '../plan/plan.ts';

/** Returns whether a producer of the plan has a transactional id. */
export function isTransactional({ clients }: Plan): boolean {
  return clients.some((client) => client.kind === 'producer' && client.transactionalId !== undefined);
}

/** Returns the groups for which clients of the plan commit offsets or ask for them. */
export function groupsOf({ operations }: Plan): readonly string[] {
  return [...new Set(operations.flatMap((operation) => ('group' in operation ? [operation.group] : [])))];
}

/** Returns when the last operation has begun and the last fault has ended, in ms since the workload began. */
export function quietAfterMs({ operations, faults }: Plan): number {
  return Math.max(0, ...operations.map(({ atMs }) => atMs), ...faults.map(endMs));
}

/** A fault that waits for a probe counts as one that begins at 0. */
function endMs(fault: Fault): number {
  const beginMs = 'ms' in fault.at ? fault.at.ms : 0;
  return beginMs + faultKind(fault).durationMs(fault);
}

/**
 * Returns the fewest replicas that a topic has during the plan: a topic keeps what it keeps with as few as a
 * reassignment leaves it, or as it is created with again after its deletion.
 */
export function fewestReplicas({ operations }: Plan, topic: string, replicationFactor: number): number {
  return operations.reduce((fewest, operation) => {
    if (operation.kind === 'reassign' && operation.topic === topic)
      return Math.min(fewest, operation.replicas.length);
    if (operation.kind === 'create-topic' && operation.topic === topic)
      return Math.min(fewest, operation.replicationFactor);
    return fewest;
  }, replicationFactor);
}
