/**
 * Deletes what can be deleted from a list: everything at once, then halves, quarters, and so on down to
 * single elements, each size from the end of the list to its beginning (what happens last matters
 * least). With k needed elements among n it takes about k log n attempts, not n.
 *
 * `attempt` deletes the elements in [from, to) of the list as it then is, and says whether that was
 * accepted; `count` is how many there are now.
 */
export function deleteBlocks(count: () => number, attempt: (from: number, to: number) => boolean): void {
  for (let size = count(); size >= 1; size = Math.floor(size / 2)) {
    for (let to = count(); to > 0; to -= size) attempt(Math.max(0, to - size), to);
  }
}

/** Deletes elements two by two: each may be needed only because of the other. */
export function deletePairs(count: () => number, attempt: (first: number, second: number) => boolean): void {
  for (let second = count() - 1; second > 0; second--) {
    for (let first = second - 1; first >= 0; first--) {
      if (!attempt(first, second)) continue;
      second = Math.min(second, count());
      break;
    }
  }
}

export function without<T>(list: readonly T[], from: number, to: number): T[] {
  return [...list.slice(0, from), ...list.slice(to)];
}
