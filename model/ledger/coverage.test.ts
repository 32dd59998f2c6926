import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Coverage } from './coverage.ts';

test('a coverage has the offsets of the added intervals, in any order of addition, and no others', () => {
  const interval = fc.tuple(fc.nat(40), fc.nat(10)).map(([from, length]) => ({ from, to: from + length }));
  fc.assert(
    fc.property(fc.array(interval), (intervals) => {
      const coverage = new Coverage();
      for (const { from, to } of intervals) coverage.add(from, to);
      for (let offset = 0; offset < 55; offset++) {
        const expected = intervals.some(({ from, to }) => from <= offset && offset < to);
        expect(coverage.has(offset)).toBe(expected);
      }
    }),
    { seed: 7, numRuns: 500 },
  );
});
