/** Racks, in one run of four: brokers are in them by turns, and every consumer is in one (KIP-392). */
import fc from 'fast-check';

import type { Client, Plan } from '../../../impl/plan/plan.ts';
import { chance } from '../draws/choices.ts';
import { choice, pick } from '../draws/pick.ts';

export interface RacksRecipe {
  readonly without: boolean;
  readonly consumers: readonly number[];
}

export const racksArbitrary: fc.Arbitrary<RacksRecipe> = fc.record({
  without: chance(75),
  consumers: fc.array(choice, { minLength: 3, maxLength: 3 }),
});

const RACKS = ['a', 'b', 'c'] as const;
const SELECTOR = 'replica.selector.class';
const RACK_AWARE = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';

/** The plan with racks, if the recipe has any; a fixed replica selector stays. */
export function withRacks(plan: Plan, recipe: RacksRecipe): Plan {
  if (recipe.without) return plan;
  const racks = Array.from({ length: plan.cluster.brokers }, (_, index) => pick(RACKS, index));
  let consumers = 0;
  const clients = plan.clients.map((client): Client => {
    if (client.kind !== 'consumer') return client;
    return { ...client, rack: pick(RACKS, recipe.consumers[consumers++ % recipe.consumers.length] ?? 0) };
  });
  return {
    ...plan,
    cluster: { ...plan.cluster, racks },
    configuration: { [SELECTOR]: RACK_AWARE, ...plan.configuration },
    clients,
  };
}
