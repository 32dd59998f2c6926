/** The passes that take operations and faults away. */
import type { Fault, Plan } from '../../impl/plan.ts';
import { deleteBlocks, deletePairs, without } from './blocks.ts';
import type { Pass } from './pass.ts';

/** When a fault fires; one that waits for a probe may fire at any time, so it counts as early. */
function timeOf(fault: Fault): number {
  return 'ms' in fault.at ? fault.at.ms : 0;
}

function upTo(plan: Plan, ms: number): Plan {
  return {
    ...plan,
    operations: plan.operations.filter((operation) => operation.atMs <= ms),
    faults: plan.faults.filter((fault) => timeOf(fault) <= ms),
  };
}

/** What comes after the failure cannot have caused it; often much of what comes before did not either. */
export const truncate: Pass = {
  name: 'cut the end off',
  run(search, seeds) {
    const { atMs } = search.failure;
    if (atMs !== undefined) search.accept(upTo(search.plan, atMs), seeds);
    const times = [...search.plan.operations.map((op) => op.atMs), ...search.plan.faults.map(timeOf)];
    times.sort((a, b) => a - b);
    for (const share of [0.125, 0.25, 0.5, 0.75]) {
      const last = times[Math.floor(times.length * share)];
      if (last !== undefined && search.accept(upTo(search.plan, last), seeds)) return;
    }
  },
};

export const dropFaults: Pass = {
  name: 'drop faults',
  run(search, seeds) {
    deleteBlocks(
      () => search.plan.faults.length,
      (from, to) => search.accept({ ...search.plan, faults: without(search.plan.faults, from, to) }, seeds),
    );
  },
};

export const dropOperations: Pass = {
  name: 'drop operations',
  run(search, seeds) {
    deleteBlocks(
      () => search.plan.operations.length,
      (from, to) =>
        search.accept({ ...search.plan, operations: without(search.plan.operations, from, to) }, seeds),
    );
  },
};

/** The number of pairs grows with the square: only what is small already is worth it. */
const FEW_ENOUGH_FOR_PAIRS = 24;

/** Operations and faults alike: a crash and the move that it undid go together or not at all. */
export const dropPairs: Pass = {
  name: 'drop pairs',
  run(search, seeds) {
    const count = () => search.plan.operations.length + search.plan.faults.length;
    if (count() > FEW_ENOUGH_FOR_PAIRS) return;
    deletePairs(count, (first, second) => search.accept(withoutEvents(search.plan, first, second), seeds));
  },
};

/** Events are numbered operations first, then faults. */
function withoutEvents(plan: Plan, first: number, second: number): Plan {
  const offset = plan.operations.length;
  return {
    ...plan,
    operations: plan.operations.filter((_, index) => index !== first && index !== second),
    faults: plan.faults.filter((_, index) => index + offset !== first && index + offset !== second),
  };
}
