import fc from 'fast-check';
import { expect, test } from 'vitest';

import { dropping, droppable } from './shrinkable-list.ts';

test('everything is drawn, every time', () => {
  fc.assert(
    fc.property(droppable(3), (drawn) => {
      expect(drawn).toEqual([0, 1, 2]);
    }),
  );
});

test('what a failure does not need is left out', () => {
  const { counterexample } = fc.check(
    fc.property(droppable(5), (left) => !(left.includes(1) && left.includes(3))),
  );
  expect(counterexample).toEqual([[1, 3]]);
});

test('a list that is never drawn short shrinks to one element', () => {
  const pair = fc.tuple(fc.nat(9), fc.nat(9));
  const { counterexample } = fc.check(fc.property(dropping(pair, 2), (drawn) => drawn.length === 0));
  expect(counterexample).toEqual([[0]]);
});
