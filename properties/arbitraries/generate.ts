/** The plans of a campaign, by number. */
import fc from 'fast-check';

import type { Plan } from '../../impl/plan/plan.ts';
import { type PlanOptions, resolveOptions } from './options.ts';
import { assemble } from './assemble.ts';
import { partArbitraries } from './plan.ts';
import { planSeed, seedFrom } from './seed.ts';

/**
 * Plan number `index` (from 0) of the campaign `campaignSeed`: a pure function of its arguments. Each
 * part has a seed of its own, so that a change to one part's arbitrary leaves the other parts alone.
 * @throws ConfigurationError or RangeError if no plan can have these options.
 */
export function generatePlan(campaignSeed: string, index: number, options: PlanOptions = {}): Plan {
  const resolved = resolveOptions(options);
  const arbitraries = partArbitraries(resolved);
  const seed = planSeed(campaignSeed, index);
  // The first argument is the key of the part's seed: another key draws other plans. Some are older than the part's name.
  const draw = <T>(key: string, arbitrary: fc.Arbitrary<T>) => drawOnce(arbitrary, `${seed}:${key}`);
  return assemble(
    {
      participants: draw('cast', arbitraries.participants),
      logDirs: draw('logDirs', arbitraries.logDirs),
      quorum: draw('quorum', arbitraries.quorum),
      timeline: draw('tempo', arbitraries.timeline),
      workload: draw('workload', arbitraries.workload),
      bursts: draw('bursts', arbitraries.bursts),
      loneFaults: draw('loneFaults', arbitraries.loneFaults),
      swarm: draw('swarm', arbitraries.swarm),
      configurationOverrides: draw('deviations', arbitraries.configurationOverrides),
      schedule: draw('schedule', arbitraries.schedule),
      strategy: draw('strategy', arbitraries.strategy),
      incidents: draw('incidents', arbitraries.incidents),
      racks: draw('racks', arbitraries.racks),
      transactions: draw('transactions', arbitraries.transactions),
      retention: draw('retention', arbitraries.retention),
      producerScenario: draw('producerStory', arbitraries.producerScenario),
      transactionScenario: draw('transactionStory', arbitraries.transactionScenario),
      expiry: draw('forgetful', arbitraries.expiry),
    },
    resolved,
    seed,
  );
}

/** Draws without fast-check's bias towards small values in early runs: every plan would be the first run. */
function drawOnce<T>(arbitrary: fc.Arbitrary<T>, seed: string): T {
  const [value] = fc.sample(fc.noBias(arbitrary), { numRuns: 1, seed: seedFrom(seed) });
  if (value === undefined) throw new Error('fast-check drew nothing');
  return value;
}
