/** Retention, in one run of twelve: records become old within seconds, and brokers look often. */
import fc from 'fast-check';

import type { ConfigurationValue } from '../../../model/configuration/property.ts';
import { logUniform } from '../draws/magnitude.ts';
import { percent } from '../draws/pick.ts';

export interface RetentionRecipe {
  readonly draw: number;
  readonly retentionMs: number;
  readonly segmentMs: number;
  readonly checkMs: number;
}

export const retentionArbitrary: fc.Arbitrary<RetentionRecipe> = fc.record({
  draw: percent,
  retentionMs: logUniform(200, 5_000),
  segmentMs: logUniform(10, 1_000),
  checkMs: logUniform(100, 1_000),
});

export function retentionSettings(recipe: RetentionRecipe): Readonly<Record<string, ConfigurationValue>> {
  if (recipe.draw < 92) return {};
  return {
    'retention.ms': recipe.retentionMs,
    'segment.ms': recipe.segmentMs,
    'log.retention.check.interval.ms': recipe.checkMs,
  };
}
