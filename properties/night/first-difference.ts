/** Where two runs of one plan part. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';

/** Everything that happens in the run of a plan, an event a line. */
export function told(plan: Plan): string[] {
  return simulate(plan, { trace: true }).trace?.entries.map((entry) => JSON.stringify(entry)) ?? [];
}

/** The first event in which two runs differ, as each has it, with the last one in which they agree. */
export function firstDifference(here: readonly string[], there: readonly string[]): string {
  const first = here.findIndex((line, index) => line !== there[index]);
  const index = first === -1 ? here.length : first;
  if (index === here.length && there.length === here.length) {
    return 'Told event by event, the two agree: the difference does not come every time.';
  }
  return [
    `They agree in ${index} events${index === 0 ? '.' : `, the last of which is ${here[index - 1]}`}`,
    `Then here:  ${here[index] ?? 'nothing more'}`,
    `and there:  ${there[index] ?? 'nothing more'}`,
  ].join('\n');
}
