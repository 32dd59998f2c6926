import type { Trying } from './plan-runner.ts';

/**
 * Returns smaller and rounder numbers than `value`, ascending: 0, 1, 2, 5, 10, 20, 50 and so on, and the value itself
 * cut to one and to two digits. A round number is easier to read than the smallest one.
 */
export function rounderNumbers(value: number): number[] {
  const found = new Set([0]);
  for (let power = 1; power < value; power *= 10) {
    for (const step of [1, 2, 5]) found.add(step * power);
    found.add(Math.floor(value / power) * power);
  }
  return [...found].filter((number) => number < value).sort((a, b) => a - b);
}

/**
 * Returns the smallest of the rounder numbers that is accepted, found by bisection as if acceptance were monotone;
 * `value` if none is accepted.
 */
export function* smallestAccepted(
  value: number,
  attempt: (value: number) => Trying<boolean>,
  floor = 0,
): Trying<number> {
  const candidates = rounderNumbers(value).filter((number) => number >= floor);
  const [least] = candidates;
  if (least === undefined) return value;
  if (yield* attempt(least)) return least;
  let best = value;
  let low = 1;
  let high = candidates.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const candidate = candidates[middle];
    if (candidate !== undefined && (yield* attempt(candidate))) {
      best = candidate;
      high = middle - 1;
    } else low = middle + 1;
  }
  return best;
}
