/** Passes over times: earlier, closer together, rounder. */
import type { Plan } from '../../impl/plan/plan.ts';
import { smallestAccepted } from './numbers.ts';
import type { Pass } from './pass.ts';

/** The times of all operations and faults, ascending, each once. Faults at probes have none. */
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

/** Keeps the order of events and puts them at equal distances. */
const STEPS_MS = [0, 10, 100, 500, 1_000, 2_000] as const;

export const equalDistances: Pass = {
  name: 'put events at equal distances',
  *run(search, seeds) {
    const order = moments(search.plan);
    yield* search.acceptFirst(
      STEPS_MS.map((step) => moveTimes(search.plan, (ms) => step * order.indexOf(ms))),
      seeds,
    );
  },
};

/** Shortens each gap between two events; all later events follow. */
export const closeGaps: Pass = {
  name: 'shorten gaps',
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
