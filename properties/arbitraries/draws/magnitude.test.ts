import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { logUniform } from './magnitude.ts';

const RUNS = { numRuns: 1_000, seed: 1 };

describe('logUniform', () => {
  test('stays between its bounds and reaches both orders of magnitude', () => {
    const drawn = fc.sample(fc.noBias(logUniform(10, 8_000)), RUNS);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(8_000);
    expect(drawn.filter((ms) => ms < 100).length).toBeGreaterThan(200);
    expect(drawn.filter((ms) => ms >= 1_000).length).toBeGreaterThan(200);
  });

  test('a range of one number has that number', () => {
    expect(fc.sample(logUniform(7, 7), RUNS)).toEqual(Array.from({ length: 1_000 }, () => 7));
  });

  test('shrinks to the least number that fails', () => {
    const { counterexample } = fc.check(
      fc.property(logUniform(10, 8_000), (ms) => ms < 300),
      RUNS,
    );
    expect(counterexample?.[0]).toBeLessThan(310);
  });
});
