import fc from 'fast-check';
import { expect, test } from 'vitest';

import { chance, oneOfShares } from './choices.ts';

const drawn = <T>(arbitrary: fc.Arbitrary<T>): T[] =>
  fc.sample(fc.noBias(arbitrary), { numRuns: 1_000, seed: 1 });

test('a chance of thirty is taken in about thirty cases of a hundred', () => {
  const taken = drawn(chance(30)).filter(Boolean).length;
  expect(taken).toBeGreaterThan(240);
  expect(taken).toBeLessThan(360);
});

test('each value is drawn in about its share of the cases', () => {
  const values = drawn(oneOfShares(['often', 90], ['seldom', 10]));
  const seldom = values.filter((value) => value === 'seldom').length;
  expect(seldom).toBeGreaterThan(60);
  expect(seldom).toBeLessThan(140);
});

test('shares that do not add up to a hundred are refused', () => {
  expect(() => oneOfShares(['one', 50], ['other', 40])).toThrow('add up to 90');
});
