import fc from 'fast-check';
import { expect, test } from 'vitest';

import { RunHash } from './run-hash.ts';

function digest(pairs: readonly (readonly [number, number])[]): string {
  const hash = new RunHash();
  for (const [x, y] of pairs) hash.add(x, y);
  return hash.digest();
}

const pair = fc.tuple(fc.integer(), fc.integer());

test('a digest has sixteen hexadecimal digits', () => {
  fc.assert(fc.property(fc.array(pair), (pairs) => /^[0-9a-f]{16}$/.test(digest(pairs))));
});

test('the same events give the same hash', () => {
  fc.assert(fc.property(fc.array(pair), (pairs) => digest(pairs) === digest([...pairs])));
});

test('one event more, one less or one changed gives another hash', () => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1 }), pair, fc.nat(), (pairs, other, position) => {
      const at = position % pairs.length;
      expect(digest([...pairs, other])).not.toBe(digest(pairs));
      expect(digest(pairs.toSpliced(at, 1))).not.toBe(digest(pairs));
      fc.pre(pairs[at]![0] !== other[0] || pairs[at]![1] !== other[1]);
      expect(digest(pairs.with(at, other))).not.toBe(digest(pairs));
    }),
  );
});

test('the hash depends on the order of events and of their two numbers', () => {
  const [a, b] = [
    [1, 2],
    [3, 4],
  ] as const;
  expect(digest([a, b])).not.toBe(digest([b, a]));
  expect(digest([[1, 2]])).not.toBe(digest([[2, 1]]));
});

test('golden value: run hashes are compared between versions', () => {
  expect(digest([])).toBe('2545f4911b873593');
  expect(
    digest([
      [1, 2],
      [3, 4],
    ]),
  ).toBe('665cb6fe094485a2');
});
