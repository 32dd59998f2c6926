/** Passes that drop operations and faults. */
import type { Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { deleteBlocks, deletePairs, deleteStretches, each, type TakeFirst } from './blocks.ts';
import type { Pass } from './pass.ts';

/** The time of a fault. A fault that waits for a probe counts as early, because it may fire at any time. */
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

/** Drops all events after the failure, which cannot have caused it, and then much of what comes before. */
export const truncate: Pass = {
  name: 'drop the events after the failure',
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

/** The greatest number of events for which all combinations of neighbours, or of two, are tried. */
const FEW = 24;
const NEIGHBOURS = [5, 4, 3] as const;
const SEEDS_FOR_NEIGHBOURS = 4;

/** Drops operations and faults that are close in time: an incident goes together with its causes. */
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

/** Drops all events of one kind, or about one node or topic, at once. */
export const dropKinds: Pass = {
  name: 'drop related events',
  *run(search, seeds) {
    const groups = new Set(inOrderOfTime(search.plan).flatMap(groupsOf));
    for (const group of groups) {
      const events = inOrderOfTime(search.plan).filter((event) => !groupsOf(event).includes(group));
      yield* search.accept(withEvents(search.plan, events), seeds);
    }
  },
};

/** Drops two events that only go together, such as a leader move and the crash that undoes it. */
export const dropPairs: Pass = {
  name: 'drop pairs',
  *run(search, seeds) {
    const { operations, faults } = search.plan;
    // The number of pairs grows with the square of the length.
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

/** The plan with only these of its events. */
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
