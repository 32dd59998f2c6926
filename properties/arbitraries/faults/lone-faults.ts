/** Faults that belong to no burst and no incident. */
import fc from 'fast-check';

import { type FaultRecipe, faultRecipeArbitrary } from './fault-recipe.ts';
import { type When, whenArbitrary } from '../draws/timeline.ts';
import { dropping } from '../draws/shrinkable-list.ts';

export interface LoneFault {
  readonly when: When;
  readonly fault: FaultRecipe;
}

const loneFault: fc.Arbitrary<LoneFault> = fc.record({ when: whenArbitrary, fault: faultRecipeArbitrary });

const LONE_AT_MOST = 8;

const LONGEST_MS = 10_000;
const MOST_MS = 4_000;

const evenLoneFault: fc.Arbitrary<LoneFault> = fc
  .record({
    ...{ when: whenArbitrary, fault: faultRecipeArbitrary },
    forMs: fc.nat(LONGEST_MS),
    amountMs: fc.nat(MOST_MS),
  })
  .map(({ when, fault, forMs, amountMs }) => ({
    when,
    fault: { ...fault, forMs: 1 + forMs, amountMs: 1 + amountMs },
  }));

/** Any number of faults that is allowed is as likely as any other, and every length is. */
export const uniformLoneFaultsArbitrary: fc.Arbitrary<readonly LoneFault[]> = fc
  .nat(LONE_AT_MOST)
  .chain((count) => fc.array(evenLoneFault, { minLength: count, maxLength: count, size: 'max' }));

/** Few faults are as likely as many. */
export const loneFaultsArbitrary: fc.Arbitrary<readonly LoneFault[]> = dropping(
  fc.oneof(
    { withCrossShrink: true },
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.tuple(loneFault) },
    { weight: 3, arbitrary: fc.array(loneFault, { minLength: 2, maxLength: 3, size: 'max' }) },
    { weight: 2, arbitrary: fc.array(loneFault, { minLength: 4, maxLength: LONE_AT_MOST, size: 'max' }) },
  ),
  LONE_AT_MOST,
);
