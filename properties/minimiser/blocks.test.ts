import { describe, expect, test } from 'vitest';

import { deleteBlocks, deletePairs, without } from './blocks.ts';

/** Deletes from 0 .. length-1 all that `needed` does not hold on to; counts the attempts. */
function reduce(length: number, stillFails: (list: readonly number[]) => boolean) {
  let list = Array.from({ length }, (_, index) => index);
  let attempts = 0;
  deleteBlocks(
    () => list.length,
    (from, to) => {
      attempts++;
      const candidate = without(list, from, to);
      if (!stillFails(candidate)) return false;
      list = candidate;
      return true;
    },
  );
  return { list, attempts };
}

describe('deleteBlocks', () => {
  test('one attempt when nothing is needed', () => {
    expect(reduce(1_000, () => true)).toEqual({ list: [], attempts: 1 });
  });

  test('keeps what is needed, in far fewer attempts than there are elements', () => {
    const { list, attempts } = reduce(1_000, (left) =>
      [3, 500, 501].every((element) => left.includes(element)),
    );
    expect(list).toEqual([3, 500, 501]);
    expect(attempts).toBeLessThan(100);
  });

  test('an empty list needs no attempt', () => {
    expect(reduce(0, () => true).attempts).toBe(0);
  });
});

test('deletePairs finds two that can only go together', () => {
  let list = [1, 2, 3, 4, 5, 6];
  deletePairs(
    () => list.length,
    (first, second) => {
      const candidate = list.filter((_, index) => index !== first && index !== second);
      if (
        candidate.includes(2) !== candidate.includes(5) ||
        !candidate.includes(4) ||
        candidate.length % 2 === 1
      ) {
        return false;
      }
      list = candidate;
      return true;
    },
  );
  expect(list).not.toContain(2);
  expect(list).not.toContain(5);
  expect(list).toContain(4);
});
