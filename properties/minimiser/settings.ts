/** Passes that bring configuration, overridden latencies and the schedule back to their defaults. */
import range from 'lodash/range.js';

import type { Plan } from '../../impl/plan/plan.ts';
import { ConfigurationError, resolveConfiguration } from '../../model/configuration/configuration.ts';
import { deleteBlocks, each } from './blocks.ts';
import type { Pass } from './pass.ts';
import { PLAIN_LATENCY_US, SUPPLIES } from './size.ts';

/** Kafka's default of fifty partitions of an internal topic explains nothing, and slows every run down. */
const COSTLY: readonly string[] = ['transaction.state.log.num.partitions', 'offsets.topic.num.partitions'];

function withDeviations(plan: Plan, properties: readonly string[], pinned: ReadonlySet<string>): Plan {
  const kept = Object.entries(plan.configuration).filter(
    ([property]) => pinned.has(property) || COSTLY.includes(property) || properties.includes(property),
  );
  return { ...plan, configuration: Object.fromEntries(kept) };
}

/** Skips plans whose configuration is invalid: their runs would fail, but that is not a finding. */
export function* possible(plans: Iterable<Plan>): Generator<Plan> {
  for (const plan of plans) if (isPossible(plan)) yield plan;
}

function isPossible({ configuration }: Plan): boolean {
  try {
    resolveConfiguration(configuration);
    return true;
  } catch (error) {
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}

/** The greatest number of seeds worth trying for a property. */
const SEEDS_FOR_PROPERTIES = 4;

export const defaultConfiguration: Pass = {
  name: 'drop configuration overrides',
  *run(search, seeds) {
    yield* deleteBlocks(
      () =>
        Object.keys(search.plan.configuration).filter(
          (name) => !search.pinned.has(name) && !COSTLY.includes(name),
        ),
      (lists) =>
        search.acceptFirst(
          possible(each(lists, (kept) => withDeviations(search.plan, kept, search.pinned))),
          Math.min(seeds, SEEDS_FOR_PROPERTIES),
        ),
    );
  },
};

/** The smallest values. How soon a supply runs out decides how many operations a failure needs. */
const LEAST: Readonly<Record<(typeof SUPPLIES)[number], number>> = {
  'crucible.max.sequence': 7,
  'crucible.max.producer.epoch': 2,
};

export const smallSupplies: Pass = {
  name: 'lower the limits of sequences and epochs',
  *run(search, seeds) {
    for (const property of SUPPLIES) {
      const { plan } = search;
      const value = plan.configuration[property];
      if (typeof value !== 'number' || search.chosen.has(property)) continue;
      const smaller = range(LEAST[property], value).map((fewer): Plan => ({
        ...plan,
        configuration: { ...plan.configuration, [property]: fewer },
      }));
      yield* search.acceptFirst(possible(smaller), seeds);
    }
  },
};

/** Brings every node back in the liveness phase, unless the failure needs one that stays away. */
export const healEverything: Pass = {
  name: 'bring all nodes back',
  *run(search) {
    const { outsideCore, ...healed } = search.plan;
    if (outsideCore !== undefined) yield* search.accept(healed);
  },
};

export const dropOverrides: Pass = {
  name: 'drop overridden decisions',
  *run(search) {
    yield* deleteBlocks(
      () => search.plan.overrides,
      (lists) =>
        search.acceptFirst(each(lists, (overrides) => ({ ...search.plan, overrides: [...overrides] }))),
    );
  },
};

/** The upper bounds of latencies that are tried: the same latency for all messages, then a small and round spread. */
const PLAIN_MAXIMA_US = [PLAIN_LATENCY_US, 2_000, 5_000, 10_000, 20_000] as const;

export const plainSchedule: Pass = {
  name: 'give all messages one latency',
  *run(search, seeds) {
    yield* search.accept({ ...search.plan, schedule: { ...search.plan.schedule, slowPair: null } }, seeds);
    const { strategy: _, ...unordered } = search.plan.schedule;
    yield* search.accept({ ...search.plan, schedule: unordered }, seeds);
    const plainer = PLAIN_MAXIMA_US.map((maxUs): Plan => {
      const latency = { model: 'uniform', minUs: PLAIN_LATENCY_US, maxUs } as const;
      return { ...search.plan, schedule: { ...search.plan.schedule, latency } };
    });
    if ((yield* search.acceptFirst(plainer, seeds)) !== -1) return;
    const { minUs, maxUs } = search.plan.schedule.latency;
    const latency = { model: 'uniform', minUs, maxUs } as const;
    yield* search.accept({ ...search.plan, schedule: { ...search.plan.schedule, latency } }, seeds);
  },
};
