/** Finds the first difference between two runs of one plan. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';

/** Returns every event of the run of a plan, one a line. */
export function eventsOf(plan: Plan): string[] {
  return simulate(plan, { trace: true }).trace?.entries.map((entry) => JSON.stringify(entry)) ?? [];
}

/** Describes the first event in which two runs differ, as each run has it, and the last one in which they agree. */
export function firstDifference(here: readonly string[], there: readonly string[]): string {
  const first = here.findIndex((line, index) => line !== there[index]);
  const index = first === -1 ? here.length : first;
  if (index === here.length && there.length === here.length) {
    return 'With every event recorded the two runs agree: the difference is intermittent.';
  }
  return [
    `They agree in ${index} events${index === 0 ? '.' : `, the last of which is ${here[index - 1]}`}`,
    `Then here:  ${here[index] ?? 'nothing more'}`,
    `and there:  ${there[index] ?? 'nothing more'}`,
  ].join('\n');
}
