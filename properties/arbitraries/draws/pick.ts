import fc from 'fast-check';

/**
 * A recipe holds a number where a plan holds a name: a broker, a partition, a kind. The number is resolved only when
 * the plan is assembled, so that no draw depends on another one. With fewer brokers, or with a kind that is not
 * allowed, all other draws stay the same.
 */
export const choice: fc.Arbitrary<number> = fc.nat(0xffff);

/** A number below a hundred, to be compared with a share in percent. Shrinks to 0. */
export const percent: fc.Arbitrary<number> = fc.nat(99);

/** The element at that choice. @throws RangeError if `from` is empty. */
export function pick<T>(from: readonly T[], choice: number): T {
  const found = from[choice % from.length];
  if (found === undefined) throw new RangeError('nothing to choose from');
  return found;
}

/** Picks as `pick`, with the elements weighted. */
export function pickWeighted<T>(from: readonly (readonly [T, number])[], choice: number): T {
  const total = from.reduce((sum, [, weight]) => sum + weight, 0);
  let left = choice % total;
  for (const [value, weight] of from) {
    if (left < weight) return value;
    left -= weight;
  }
  throw new RangeError('nothing to choose from');
}
