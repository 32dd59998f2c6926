import { describe, expect, test } from 'vitest';

import { rounderNumbers, smallestAccepted } from './numbers.ts';

test('rounderNumbers are smaller, and plain to read', () => {
  expect(rounderNumbers(873)).toEqual([0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 800, 870]);
  expect(rounderNumbers(1)).toEqual([0]);
  expect(rounderNumbers(0)).toEqual([]);
});

describe('smallestAccepted', () => {
  test('is the first round number that will do', () => {
    expect(smallestAccepted(7_777, (ms) => ms >= 300)).toBe(500);
    expect(smallestAccepted(7_777, () => true)).toBe(0);
    expect(smallestAccepted(7_777, () => false)).toBe(7_777);
    expect(smallestAccepted(7_777, () => true, 10)).toBe(10);
  });

  test('takes few attempts', () => {
    let attempts = 0;
    smallestAccepted(8_000_000, (ms) => (attempts++, ms >= 1_234));
    expect(attempts).toBeLessThan(8);
  });
});
