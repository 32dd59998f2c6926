/** The passes over times: everything earlier, closer together, at rounder moments. */
import type { Plan } from '../../impl/plan/plan.ts';
import { smallestAccepted } from './numbers.ts';
import type { Pass } from './pass.ts';

/** The moments at which anything is planned, ascending, each once. Faults at probes have none. */
export function moments(plan: Plan): number[] {
  const found = new Set(plan.operations.map(({ atMs }) => atMs));
  for (const { at } of plan.faults) if ('ms' in at) found.add(at.ms);
  return [...found].sort((a, b) => a - b);
}

function moveTimes(plan: Plan, move: (ms: number) => number): Plan {
  return {
    ...plan,
    operations: plan.operations.map((operation) => ({ ...operation, atMs: move(operation.atMs) })),
    faults: plan.faults.map((fault) =>
      'ms' in fault.at ? { ...fault, at: { ms: move(fault.at.ms) } } : fault,
    ),
  };
}

/** Everything in its order, one step apart. */
const STEPS_MS = [0, 10, 100, 500, 1_000, 2_000] as const;

export const evenSteps: Pass = {
  name: 'space events evenly',
  *run(search, seeds) {
    const order = moments(search.plan);
    yield* search.acceptFirst(
      STEPS_MS.map((step) => moveTimes(search.plan, (ms) => step * order.indexOf(ms))),
      seeds,
    );
  },
};

/** Each wait between two moments made shorter, with all that follows pulled along. */
export const closeGaps: Pass = {
  name: 'shorten waits',
  *run(search) {
    for (let index = moments(search.plan).length - 1; index >= 0; index--) {
      const order = moments(search.plan);
      const moment = order[index];
      if (moment === undefined) continue;
      const gap = moment - (order[index - 1] ?? 0);
      const before = search.plan;
      yield* smallestAccepted(gap, (shorter) =>
        search.accept(moveTimes(before, (ms) => (ms >= moment ? ms - gap + shorter : ms))),
      );
    }
  },
};
