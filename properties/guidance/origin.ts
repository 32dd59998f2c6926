/** The origin of a run's plan: it is drawn, or it changes a plan that reached something new. */
import type { Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import { change } from './changes.ts';
import type { Ancestry } from './ancestry.ts';

/** Null: drawn, as the run of that number is drawn in any search. */
export type Origin = Ancestry | null;

/**
 * The plan of run `index` (from 0): a pure function of its arguments. A change that yields an invalid plan, because
 * it names a host that the parent does not have, is not made.
 */
export function planOf(campaignSeed: string, index: number, options: PlanOptions, origin: Origin): Plan {
  const drawn = generatePlan(campaignSeed, index, options);
  if (origin === null) return drawn;
  const changed = change(origin, drawn, options.maxFaults ?? 8);
  return planProblems(changed).length === 0 ? changed : drawn;
}
