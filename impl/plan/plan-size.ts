import type { Plan } from './plan.ts';

export interface PlanSize {
  readonly operations: number;
  readonly faults: number;
}

export function planSize(plan: Plan): PlanSize {
  return { operations: plan.operations.length, faults: plan.faults.length };
}
