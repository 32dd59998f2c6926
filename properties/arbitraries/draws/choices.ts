/** Draws of named choices. Each draws one number below a hundred, so that shares can change without moving other draws. */
import fc from 'fast-check';

import { percent, pickWeighted } from './pick.ts';

/** True in `share` cases of a hundred. */
export function chance(share: number): fc.Arbitrary<boolean> {
  return percent.map((drawn) => drawn < share);
}

/** One of the values, each in its share of a hundred cases. @throws RangeError unless the shares add up to 100. */
export function oneOfShares<T>(...shares: readonly (readonly [T, number])[]): fc.Arbitrary<T> {
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (sum !== 100) throw new RangeError(`the shares of a choice add up to ${sum}, not to 100`);
  return percent.map((drawn) => pickWeighted(shares, drawn));
}
