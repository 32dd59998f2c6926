/** The passes that take operations and faults away. */
import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { deleteBlocks, deletePairs, deleteStretches, each, type TakeFirst } from './blocks.ts';
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
  *run(search, seeds) {
    const { atMs } = search.failure;
    if (atMs !== undefined) yield* search.accept(upTo(search.plan, atMs), seeds);
    const times = [...search.plan.operations.map((op) => op.atMs), ...search.plan.faults.map(timeOf)];
    times.sort((a, b) => a - b);
    for (const share of [0.125, 0.25, 0.5, 0.75]) {
      const last = times[Math.floor(times.length * share)];
      if (last !== undefined && (yield* search.accept(upTo(search.plan, last), seeds))) return;
    }
  },
};

export const dropFaults: Pass = {
  name: 'drop faults',
  *run(search, seeds) {
    yield* deleteBlocks(
      () => search.plan.faults,
      (lists) =>
        search.acceptFirst(
          each(lists, (faults) => ({ ...search.plan, faults: [...faults] })),
          seeds,
        ),
    );
  },
};

export const dropOperations: Pass = {
  name: 'drop operations',
  *run(search, seeds) {
    yield* deleteBlocks(
      () => search.plan.operations,
      (lists) =>
        search.acceptFirst(
          each(lists, (operations) => ({ ...search.plan, operations: [...operations] })),
          seeds,
        ),
    );
  },
};

/** More than these are not looked at in every combination of neighbours, or of two. */
const FEW = 24;
const NEIGHBOURS = [5, 4, 3] as const;
const SEEDS_FOR_NEIGHBOURS = 4;

/** Operations and faults alike, in the order of their times: an incident goes as a whole, with what led to it. */
export const dropStretches: Pass = {
  name: 'drop stretches of time',
  *run(search, seeds) {
    const events = () => inOrderOfTime(search.plan);
    const takeUnder =
      (most: number): TakeFirst<Event> =>
      (lists) =>
        search.acceptFirst(
          each(lists, (kept) => withEvents(search.plan, kept)),
          Math.min(seeds, most),
        );
    yield* deleteBlocks(events, takeUnder(seeds));
    if (events().length <= FEW) yield* deleteStretches(events, takeUnder(SEEDS_FOR_NEIGHBOURS), NEIGHBOURS);
  },
};

/** What is of one kind, or about one node or topic, goes together or not at all. */
export const dropKinds: Pass = {
  name: 'drop what belongs together',
  *run(search, seeds) {
    const groups = new Set(inOrderOfTime(search.plan).flatMap(groupsOf));
    for (const group of groups) {
      const events = inOrderOfTime(search.plan).filter((event) => !groupsOf(event).includes(group));
      yield* search.accept(withEvents(search.plan, events), seeds);
    }
  },
};

/** A crash and the move that it undid go together or not at all. */
export const dropPairs: Pass = {
  name: 'drop pairs',
  *run(search, seeds) {
    const { operations, faults } = search.plan;
    // Their number grows with the square: only what is small already is worth it.
    if (operations.length + faults.length > FEW) return;
    yield* deletePairs(
      () => [...search.plan.operations, ...search.plan.faults],
      (lists) =>
        search.acceptFirst(
          each(lists, (events) => withEvents(search.plan, events)),
          seeds,
        ),
    );
  },
};

type Event = Operation | Fault;

function inOrderOfTime({ operations, faults }: Plan): Event[] {
  const momentOf = (event: Event): number => ('at' in event ? timeOf(event) : event.atMs);
  return [...operations, ...faults].sort((one, other) => momentOf(one) - momentOf(other));
}

/** The plan with only those of its events. */
function withEvents(plan: Plan, events: readonly Event[]): Plan {
  const kept = new Set(events);
  return {
    ...plan,
    operations: plan.operations.filter((operation) => kept.has(operation)),
    faults: plan.faults.filter((fault) => kept.has(fault)),
  };
}

function groupsOf(event: Event): string[] {
  if (!('at' in event)) {
    return 'topic' in event ? [event.kind, `${event.kind} ${event.topic}`] : [event.kind];
  }
  return 'node' in event ? [event.kind, `faults of ${event.node}`] : [event.kind];
}
