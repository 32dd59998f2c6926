import type { Plan } from '../../impl/plan/plan.ts';

export interface Ancestry {
  /** It reached something that few runs reach. */
  readonly parent: Plan;
  /** When it did, in virtual microseconds since the workload began. */
  readonly atUs: number;
}
