/** How long messages take. */
import fc from 'fast-check';

import type { LatencyModel, Schedule } from '../../impl/plan.ts';
import { logUniform } from './magnitude.ts';
import { choice, percent, pick } from './pick.ts';

export interface ScheduleRecipe {
  readonly latency: LatencyModel;
  readonly slow: number;
  readonly from: number;
  readonly to: number;
  readonly extraUs: number;
}

const range = fc
  .record({ minUs: logUniform(50, 2_000), times: logUniform(1, 24) })
  .map(({ minUs, times }) => ({ minUs, maxUs: minUs * times }));

/** A straggler is late by as much as a timeout, but not by more than a run takes. */
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
  slow: percent,
  from: choice,
  to: choice,
  extraUs: logUniform(1_000, 500_000),
});

/** A slow pair, in a third of the runs, starts or ends at a broker: clients do not talk to each other. */
export function resolveSchedule(
  recipe: ScheduleRecipe,
  brokers: readonly string[],
  hosts: readonly string[],
): Schedule {
  const from = pick(brokers, recipe.from);
  const to = pick(
    hosts.filter((host) => host !== from),
    recipe.to,
  );
  const { latency, extraUs } = recipe;
  if (recipe.slow < 65) return { latency, slowPair: null };
  return {
    latency,
    slowPair: recipe.slow % 2 === 0 ? { from, to, extraUs } : { from: to, to: from, extraUs },
  };
}
