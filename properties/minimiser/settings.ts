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

export const dropOverrides: Pass = {
  name: 'drop overridden decisions',
  run(search) {
    deleteBlocks(
      () => search.plan.overrides.length,
      (from, to) => search.accept({ ...search.plan, overrides: without(search.plan.overrides, from, to) }),
    );
  },
};

export const plainSchedule: Pass = {
  name: 'make messages take equally long',
  run(search, seeds) {
    const { latency } = search.plan.schedule;
    const plain = { model: 'uniform', minUs: PLAIN_LATENCY_US, maxUs: PLAIN_LATENCY_US } as const;
    search.accept({ ...search.plan, schedule: { latency: plain, slowPair: null } }, seeds);
    search.accept({ ...search.plan, schedule: { ...search.plan.schedule, slowPair: null } }, seeds);
    search.accept({ ...search.plan, schedule: { ...search.plan.schedule, latency: plain } }, seeds);
    const untailed = { model: 'uniform', minUs: latency.minUs, maxUs: latency.maxUs } as const;
    search.accept({ ...search.plan, schedule: { ...search.plan.schedule, latency: untailed } }, seeds);
  },
};
