/** Where the plan of a run comes from: it is drawn, or a plan that reached something new is changed. */
import type { Plan } from '../../impl/plan/plan.ts';
import { planProblems } from '../../impl/plan/plan-problems.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import { change } from './changes.ts';
import type { Ancestry } from './ancestry.ts';

/** Null: drawn, as the run of that number is drawn in any search. */
export type Origin = Ancestry | null;

/**
 * The plan of run `index` (from 0): a pure function of its arguments. A change that makes no sense, because it
 * names what the parent does not have, leaves the plan as it is drawn.
 */
export function planOf(campaignSeed: string, index: number, options: PlanOptions, origin: Origin): Plan {
  const drawn = generatePlan(campaignSeed, index, options);
  if (origin === null) return drawn;
  const changed = change(origin, drawn, options.maxFaults ?? 8);
  return planProblems(changed).length === 0 ? changed : drawn;
}
