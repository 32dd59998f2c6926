/** Latencies and the order of messages. */
import fc from 'fast-check';

import type { LatencyModel, Schedule, Strategy } from '../../../impl/plan/plan.ts';
import { logUniform } from '../draws/magnitude.ts';
import { choice, percent, pick } from '../draws/pick.ts';

export interface ScheduleRecipe {
  readonly latency: LatencyModel;
  readonly slow: 'none' | 'from-broker' | 'to-broker';
  readonly from: number;
  readonly to: number;
  readonly extraUs: number;
}

const range = fc
  .record({ minUs: logUniform(50, 2_000), times: logUniform(1, 24) })
  .map(({ minUs, times }) => ({ minUs, maxUs: minUs * times }));

/** A straggler is late by up to a timeout, but not by more than a run takes. */
const LATEST_US = 2_000_000;

const latency: fc.Arbitrary<LatencyModel> = fc.oneof(
  { weight: 2, arbitrary: range.map(({ minUs, maxUs }) => ({ model: 'uniform' as const, minUs, maxUs })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ range, tailPerMille: logUniform(1, 200), tailFactor: logUniform(5, 500) })
      .map(({ range: { minUs, maxUs }, tailPerMille, tailFactor }) => ({
        model: 'bimodal' as const,
        minUs,
        maxUs,
        tailPerMille,
        tailFactor: Math.min(tailFactor, Math.floor(LATEST_US / maxUs)),
      })),
  },
);

export const scheduleArbitrary: fc.Arbitrary<ScheduleRecipe> = fc.record({
  latency,
  slow: percent.map((drawn) => (drawn < 65 ? 'none' : drawn % 2 === 0 ? 'from-broker' : 'to-broker')),
  from: choice,
  to: choice,
  extraUs: logUniform(1_000, 500_000),
});

const strategyOf = {
  none: fc.constant(null),
  rounds: fc
    .record({ roundUs: logUniform(500, 30_000), waitPerMille: logUniform(50, 500) })
    .map((drawn) => ({ kind: 'receiver-priorities' as const, ...drawn })),
  changes: fc
    .record({
      ranks: fc.integer({ min: 2, max: 4 }),
      stepUs: logUniform(500, 30_000),
      changesMs: fc.array(logUniform(10, 8_000), { minLength: 1, maxLength: 4, size: 'max' }),
    })
    .map(({ changesMs, ...drawn }) => ({
      kind: 'priority-changes' as const,
      ...drawn,
      changesMs: changesMs.toSorted((a, b) => a - b),
    })),
  holds: fc
    .record({ slotUs: logUniform(5_000, 200_000), heldPerMille: logUniform(20, 300) })
    .map((drawn) => ({ kind: 'held-links' as const, ...drawn })),
} satisfies Record<string, fc.Arbitrary<Strategy | null>>;

/**
 * In three runs of ten: some bugs need an order that no latency brings about, some a network that is nearly still.
 */
export const strategyArbitrary: fc.Arbitrary<Strategy | null> = fc.oneof(
  { weight: 7, arbitrary: strategyOf.none },
  { weight: 1, arbitrary: strategyOf.rounds },
  { weight: 1, arbitrary: strategyOf.changes },
  { weight: 1, arbitrary: strategyOf.holds },
);

/** A third of the runs have a slow pair. It starts or ends at a broker: clients do not talk to each other. */
export function resolveSchedule(
  recipe: ScheduleRecipe,
  strategy: Strategy | null,
  brokers: readonly string[],
  hosts: readonly string[],
): Schedule {
  const from = pick(brokers, recipe.from);
  const to = pick(
    hosts.filter((host) => host !== from),
    recipe.to,
  );
  const { latency, extraUs } = recipe;
  const order = strategy === null ? {} : { strategy };
  if (recipe.slow === 'none') return { latency, ...order, slowPair: null };
  return {
    latency,
    ...order,
    slowPair: recipe.slow === 'from-broker' ? { from, to, extraUs } : { from: to, to: from, extraUs },
  };
}
