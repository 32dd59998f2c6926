import { expect, test } from 'vitest';

import { type Comparison, compare as comparePairs, sideBySide } from './comparison.ts';
import type { Hunted } from './hunt.ts';

/** A hunt with these runs; searches beyond a thousand runs found nothing. */
function hunted(slug: string, runs: readonly number[]): Hunted {
  const failure = {
    run: 0,
    kind: 'violation',
    failureClass: 'x',
    violations: [],
    plan: null,
    occurrences: 1,
  } as const;
  const trials = runs.map((run) => ({
    seed: 'a',
    runs: run,
    seconds: 1,
    failure: run > 1000 ? null : failure,
  }));
  const median = runs.toSorted((a, b) => a - b)[runs.length >> 1] ?? 0;
  const found = runs.filter((run) => run <= 1000).length;
  const medianRuns = median > 1000 ? null : median;
  const nothing = { medianSeconds: null, ninetiethRuns: null, ninetiethSeconds: null };
  return { slug, trials, found, medianRuns, ...nothing, caughtBy: null, size: null };
}

const compare = (first: readonly Hunted[], second: readonly Hunted[]): Comparison =>
  comparePairs(sideBySide(first, second));

test('a comparison has the geometric mean over the bugs that the first strategy finds', () => {
  const uniform = [
    hunted('a', [100, 100, 100]),
    hunted('b', [10, 10, 10]),
    hunted('never', [2000, 2000, 2000]),
  ];
  const guided = [hunted('a', [25, 25, 25]), hunted('b', [10, 10, 90]), hunted('never', [5, 5, 5])];
  expect(compare(uniform, guided)).toEqual({ bugs: 2, ratio: expect.closeTo(0.5), ninetieth: [100, 90] });
});

test('a bug without a median for the first strategy counts with the runs that were made', () => {
  const comparison = compare([hunted('a', [10, 2000, 2000])], [hunted('a', [20, 20, 20])]);
  expect(comparison).toMatchObject({ bugs: 1, ratio: expect.closeTo(0.01) });
});

test('a bug that the second strategy does not find counts with the runs that were made', () => {
  const comparison = compare([hunted('a', [100])], [hunted('a', [5000])]);
  expect(comparison).toEqual({ bugs: 1, ratio: expect.closeTo(50), ninetieth: [100, 5000] });
});

test('a comparison without finds has no ratio', () => {
  expect(compare([hunted('a', [5000])], [hunted('a', [5])]).ratio).toBeNull();
});

test('the table pairs each bug of the first strategy with the runs of the second', () => {
  const first = [hunted('a', [100, 100, 100]), hunted('never', [2000]), hunted('cut', [1])];
  const second = [hunted('a', [25, 25, 25]), hunted('never', [5])];
  expect(
    sideBySide(first, second).map(({ first, second, ratio }) => [first.slug, second?.slug, ratio]),
  ).toEqual([
    ['a', 'a', 0.25],
    ['never', 'never', null],
    ['cut', undefined, null],
  ]);
});
