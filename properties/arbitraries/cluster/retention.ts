/** Retention, in one run of twelve: records expire within seconds, and brokers check often. */
import fc from 'fast-check';

import type { ConfigurationValue } from '../../../model/configuration/property.ts';
import { chance } from '../draws/choices.ts';
import { logUniform } from '../draws/magnitude.ts';

export interface RetentionRecipe {
  readonly without: boolean;
  readonly retentionMs: number;
  readonly segmentMs: number;
  readonly checkMs: number;
}

export const retentionArbitrary: fc.Arbitrary<RetentionRecipe> = fc.record({
  without: chance(92),
  retentionMs: logUniform(200, 5_000),
  segmentMs: logUniform(10, 1_000),
  checkMs: logUniform(100, 1_000),
});

export function retentionSettings(recipe: RetentionRecipe): Readonly<Record<string, ConfigurationValue>> {
  if (recipe.without) return {};
  return {
    'retention.ms': recipe.retentionMs,
    'segment.ms': recipe.segmentMs,
    'log.retention.check.interval.ms': recipe.checkMs,
  };
}
