import { expect, test } from 'vitest';

import { isUpToDate, majorityOffset } from './quorum-logs.ts';

const end = (lastEpoch: number, endOffset: number) => ({ lastEpoch, endOffset });

test('of two logs the one with the later last epoch is more recent, then the longer one', () => {
  expect(isUpToDate(end(3, 10), end(3, 10))).toBe(true);
  expect(isUpToDate(end(3, 9), end(3, 10))).toBe(false);
  expect(isUpToDate(end(4, 1), end(3, 10))).toBe(true);
  expect(isUpToDate(end(2, 99), end(3, 10))).toBe(false);
});

test.each([
  [[7], 7],
  [[7, 5, 3], 5],
  [[7, -1, -1], -1],
  [[9, 8, 7, 6, 5], 7],
])('more than half of %j have reached %i', (acknowledged, expected) => {
  expect(majorityOffset(acknowledged)).toBe(expected);
});
