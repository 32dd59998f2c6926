/** The passes that bring configuration, decisions and latencies back to what they are by default. */
import type { Plan } from '../../impl/plan.ts';
import { deleteBlocks, without } from './blocks.ts';
import type { Pass } from './pass.ts';
import { PLAIN_LATENCY_US } from './size.ts';

function withoutProperties(plan: Plan, properties: readonly string[]): Plan {
  const kept = Object.entries(plan.configuration).filter(([property]) => !properties.includes(property));
  return { ...plan, configuration: Object.fromEntries(kept) };
}

/** More seeds than this are not worth it for a property. */
const SEEDS_FOR_PROPERTIES = 4;

export const defaultConfiguration: Pass = {
  name: "go back to Kafka's defaults",
  run(search, seeds) {
    const deviations = () =>
      Object.keys(search.plan.configuration).filter((name) => !search.pinned.has(name));
    deleteBlocks(
      () => deviations().length,
      (from, to) =>
        search.accept(
          withoutProperties(search.plan, deviations().slice(from, to)),
          Math.min(seeds, SEEDS_FOR_PROPERTIES),
        ),
    );
  },
};

/** Everything comes back in the end, unless the failure needs that it does not. */
export const healEverything: Pass = {
  name: 'heal everything in the end',
  run(search) {
    const { outsideCore, ...healed } = search.plan;
    if (outsideCore !== undefined) search.accept(healed);
  },
};

export const dropOverrides: Pass = {
  name: 'drop overridden decisions',
  run(search) {
    deleteBlocks(
      () => search.plan.overrides.length,
      (from, to) => search.accept({ ...search.plan, overrides: without(search.plan.overrides, from, to) }),
    );
  },
};

/** The upper ends that are tried: if not the same time for all messages, then a small and round spread. */
const PLAIN_MAXIMA_US = [PLAIN_LATENCY_US, 2_000, 5_000, 10_000, 20_000] as const;

export const plainSchedule: Pass = {
  name: 'make messages take equally long',
  run(search, seeds) {
    search.accept({ ...search.plan, schedule: { ...search.plan.schedule, slowPair: null } }, seeds);
    const { strategy: _, ...unordered } = search.plan.schedule;
    search.accept({ ...search.plan, schedule: unordered }, seeds);
    for (const maxUs of PLAIN_MAXIMA_US) {
      const latency = { model: 'uniform', minUs: PLAIN_LATENCY_US, maxUs } as const;
      if (search.accept({ ...search.plan, schedule: { ...search.plan.schedule, latency } }, seeds)) return;
    }
    const { minUs, maxUs } = search.plan.schedule.latency;
    const latency = { model: 'uniform', minUs, maxUs } as const;
    search.accept({ ...search.plan, schedule: { ...search.plan.schedule, latency } }, seeds);
  },
};
