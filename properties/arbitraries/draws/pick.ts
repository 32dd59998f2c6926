import fc from 'fast-check';

/**
 * Recipes hold numbers where plans hold names: which broker, which partition, which kind. They are
 * resolved only when the plan is put together, so that no draw depends on another one and fewer
 * brokers, or a kind that is not allowed, leave all other draws alone.
 */
export const choice: fc.Arbitrary<number> = fc.nat(0xffff);

/** A number out of a hundred, for "in so many cases of a hundred". Shrinks to 0. */
export const percent: fc.Arbitrary<number> = fc.nat(99);

/** The element that a choice means. Throws if there is none to choose from. */
export function pick<T>(from: readonly T[], choice: number): T {
  const found = from[choice % from.length];
  if (found === undefined) throw new RangeError('nothing to choose from');
  return found;
}

/** As `pick`, each element as often as its weight says. */
export function pickWeighted<T>(from: readonly (readonly [T, number])[], choice: number): T {
  const total = from.reduce((sum, [, weight]) => sum + weight, 0);
  let left = choice % total;
  for (const [value, weight] of from) {
    if (left < weight) return value;
    left -= weight;
  }
  throw new RangeError('nothing to choose from');
}
