import { describe, expect, test } from 'vitest';

import { rounderNumbers, smallestAccepted } from './numbers.ts';
import { driveSearch, inlineRunner } from './plan-runner.ts';

/** The smallest number that is accepted; each attempt takes one run. */
function smallest(value: number, accepts: (value: number) => boolean, floor?: number): number {
  const search = smallestAccepted(
    value,
    function* (each) {
      yield [];
      return accepts(each);
    },
    floor,
  );
  return driveSearch(
    search,
    inlineRunner(() => null),
  );
}

test('rounderNumbers are smaller, and plain to read', () => {
  expect(rounderNumbers(873)).toEqual([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 800, 870]);
  expect(rounderNumbers(1)).toEqual([0]);
  expect(rounderNumbers(0)).toEqual([]);
});

describe('smallestAccepted', () => {
  test('is the first round number that will do', () => {
    expect(smallest(7_777, (ms) => ms >= 300)).toBe(500);
    expect(smallest(7_777, () => true)).toBe(0);
    expect(smallest(7_777, () => false)).toBe(7_777);
    expect(smallest(7_777, () => true, 10)).toBe(10);
  });

  test('takes few attempts', () => {
    let attempts = 0;
    smallest(8_000_000, (ms) => (attempts++, ms >= 1_234));
    expect(attempts).toBeLessThan(8);
  });
});
