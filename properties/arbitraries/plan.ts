/** Whole plans: every part is drawn by itself, then they are assembled. */
import fc from 'fast-check';

import type { Plan } from '../../impl/plan/plan.ts';
import { assemble } from './assemble.ts';
import { type PlanOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { aimedArbitraries, type PartArbitraries } from './parts.ts';
import { uniformly } from './uniform.ts';

/** The arbitraries of the parts. No part depends on another one while it is drawn. */
export function partArbitraries(options: ResolvedOptions): PartArbitraries {
  const aimed = aimedArbitraries(options);
  return options.drawing === 'swarm' ? aimed : uniformly(aimed);
}

/**
 * Plans for fast-check properties. They shrink as fast-check shrinks; `minimise` shrinks a failure of a campaign much
 * further.
 * @throws ConfigurationError or RangeError if no plan can have these options.
 */
export function planArbitrary(options: PlanOptions = {}): fc.Arbitrary<Plan> {
  const resolved = resolveOptions(options);
  return fc
    .record({ parts: fc.record(partArbitraries(resolved)), seed: fc.noShrink(fc.nat(0x7fffffff)) })
    .map(({ parts, seed }) => assemble(parts, resolved, `plan:${seed}`));
}
