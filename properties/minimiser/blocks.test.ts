import { describe, expect, test } from 'vitest';

import { deleteBlocks, deletePairs, type TakeFirst } from './blocks.ts';
import { driveSearch, inlineRunner, type Trying } from './plan-runner.ts';

const noRunner = inlineRunner(() => null);

/** A list from which whatever keeps it failing is taken; counts the attempts. */
function failingList(length: number, stillFails: (list: readonly number[]) => boolean) {
  const state = { list: Array.from({ length }, (_, index) => index) as readonly number[], attempts: 0 };
  const take: TakeFirst<number> = function* (candidates): Trying<number> {
    yield [];
    let index = 0;
    for (const candidate of candidates) {
      state.attempts++;
      if (stillFails(candidate)) {
        state.list = candidate;
        return index;
      }
      index++;
    }
    return -1;
  };
  return { state, list: () => state.list, take };
}

describe('deleteBlocks', () => {
  const reduce = (length: number, stillFails: (list: readonly number[]) => boolean) => {
    const { state, list, take } = failingList(length, stillFails);
    driveSearch(deleteBlocks(list, take), noRunner);
    return state;
  };

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
  const { state, list, take } = failingList(
    7,
    (left) => left.includes(2) === left.includes(5) && left.includes(4) && left.length % 2 === 1,
  );
  driveSearch(deletePairs(list, take), noRunner);
  expect(state.list).toEqual([4]);
});
