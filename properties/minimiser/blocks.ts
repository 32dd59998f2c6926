import type { Trying } from './plan-runner.ts';

/**
 * Takes the first acceptable list and returns its index, or -1 if none is acceptable. May examine later lists ahead
 * of their turn.
 */
export type TakeFirst<T> = (candidates: Iterable<readonly T[]>) => Trying<number>;

/**
 * Deletes as much as possible from a list: everything at once, then halves, quarters, and so on down to single
 * elements, each size from the end of the list to its beginning (the last events matter least). With k needed
 * elements among n it takes about k log n attempts, not n.
 *
 * `list` returns the current list, which `take` changes.
 */
export function* deleteBlocks<T>(list: () => readonly T[], take: TakeFirst<T>): Trying<void> {
  for (let size = list().length; size >= 1; size = Math.floor(size / 2)) {
    for (let to = list().length; to > 0;) {
      const taken = yield* take(withoutBlocks(list(), size, to));
      if (taken === -1) break;
      to -= (taken + 1) * size;
    }
  }
}

/** The list without the block that ends at `to`, without the block before that, and so on. */
function* withoutBlocks<T>(list: readonly T[], size: number, to: number): Generator<readonly T[]> {
  for (let end = to; end > 0; end -= size) yield without(list, Math.max(0, end - size), end);
}

/** Deletes stretches of the given lengths wherever they begin; blocks begin at fixed distances. */
export function* deleteStretches<T>(
  list: () => readonly T[],
  take: TakeFirst<T>,
  lengths: readonly number[],
): Trying<void> {
  for (const length of lengths) {
    for (let to = list().length; to >= length;) {
      const taken = yield* take(withoutStretches(list(), length, to));
      if (taken === -1) break;
      to = Math.min(to - taken - 1, list().length);
    }
  }
}

function* withoutStretches<T>(list: readonly T[], length: number, to: number): Generator<readonly T[]> {
  for (let end = to; end >= length; end--) yield without(list, end - length, end);
}

/** Deletes elements two by two: each may be needed only because of the other. */
export function* deletePairs<T>(list: () => readonly T[], take: TakeFirst<T>): Trying<void> {
  for (let second = list().length - 1; second > 0; second--) {
    if ((yield* take(withoutPairs(list(), second))) !== -1) second = Math.min(second, list().length);
  }
}

function* withoutPairs<T>(list: readonly T[], second: number): Generator<readonly T[]> {
  for (let first = second - 1; first >= 0; first--) {
    yield list.filter((_, index) => index !== first && index !== second);
  }
}

function without<T>(list: readonly T[], from: number, to: number): T[] {
  return [...list.slice(0, from), ...list.slice(to)];
}

/** Makes a candidate of each list when its turn comes. */
export function* each<T, C>(lists: Iterable<T>, candidateOf: (list: T) => C): Generator<C> {
  for (const list of lists) yield candidateOf(list);
}
