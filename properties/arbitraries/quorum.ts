/** How many controllers a plan has, and how soon they lose patience with each other. */
import fc from 'fast-check';

import type { Plan } from '../../impl/plan.ts';
import type { ConfigurationValue } from '../../model/configuration.ts';
import { logUniform } from './magnitude.ts';
import type { ResolvedOptions } from './options.ts';

type Controllers = Plan['cluster']['controllers'];

export interface QuorumRecipe {
  readonly controllers: Controllers;
  readonly electionTimeoutMs: number;
  readonly fetchTimeoutMs: number;
  readonly backoffMaxMs: number;
}

/** One controller in half of the plans, for that is cheap and what is about brokers shows there best; else three. */
export function quorumArbitrary({
  controllers,
}: Pick<ResolvedOptions, 'controllers'>): fc.Arbitrary<QuorumRecipe> {
  return fc.record({
    controllers: controllers === null ? fc.constantFrom<Controllers[]>(1, 3) : fc.constant(controllers),
    electionTimeoutMs: logUniform(100, 1_000),
    fetchTimeoutMs: logUniform(200, 2_000),
    backoffMaxMs: logUniform(50, 1_000),
  });
}

/** Short timeouts, so that a story with several elections fits in a run. An only controller has none. */
export function quorumDeviations(recipe: QuorumRecipe): Readonly<Record<string, ConfigurationValue>> {
  if (recipe.controllers === 1) return {};
  return {
    'controller.quorum.election.timeout.ms': recipe.electionTimeoutMs,
    'controller.quorum.fetch.timeout.ms': recipe.fetchTimeoutMs,
    'controller.quorum.election.backoff.max.ms': recipe.backoffMaxMs,
  };
}
