/** Variations of an operation or a fault: at another time, or with other arguments. */
import { faultKind } from '../../impl/plan/kinds/faults/index.ts';
import { operationKind } from '../../impl/plan/kinds/operations/index.ts';
import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { endMs } from '../minimiser/size.ts';
import type { Draw } from './reseeding.ts';

/** Added to the length of a plan, because a short plan has no room to move a fault in. */
const ROOM_MS = 1_000;

/** Any time between the start of the workload and well after the end of the plan, in milliseconds. */
export function anyMoment(plan: Plan, draw: Draw): number {
  return draw(2 * endMs(plan) + ROOM_MS);
}

/** The fault at another time; null if it waits for a probe. */
export function movedFault(plan: Plan, fault: Fault, draw: Draw): Fault | null {
  return 'ms' in fault.at ? { ...fault, at: { ms: anyMoment(plan, draw) } } : null;
}

/** The same operation with other arguments; null if it has none that could be others. */
export function alteredOperation(plan: Plan, operation: Operation, draw: Draw): Operation | null {
  return operationKind(operation).vary?.(operation, plan, draw) ?? null;
}

/** The same fault on another node of its role, or for another length; null if it can be no other. */
export function alteredFault(plan: Plan, fault: Fault, draw: Draw): Fault | null {
  return faultKind(fault).vary(fault, plan, draw);
}
