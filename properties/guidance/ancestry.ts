import type { Plan } from '../../impl/plan/plan.ts';

export interface Ancestry {
  /** A plan whose run reached a rare state. */
  readonly parent: Plan;
  /** The time at which it did, in virtual microseconds since the workload began. */
  readonly atUs: number;
}
