/** How many controllers a plan has. */
import fc from 'fast-check';

import type { Plan } from '../../impl/plan.ts';
import type { ResolvedOptions } from './options.ts';

type Controllers = Plan['cluster']['controllers'];

/** One in half of the plans, for that is cheap and what is about brokers shows there best; else three. */
export function quorumArbitrary({
  controllers,
}: Pick<ResolvedOptions, 'controllers'>): fc.Arbitrary<Controllers> {
  return controllers === null ? fc.constantFrom<Controllers[]>(1, 3) : fc.constant(controllers);
}
