import { expect, test } from 'vitest';

import { sideBySide } from '../../properties/detection/comparison.ts';
import type { Hunted } from '../../properties/detection/hunt.ts';
import { comparisonAsJson, comparisonInWords, type ComparedHunts } from './hunt-comparison.ts';

/** Three searches that all find it in so many runs, a second for each run; or that all end at 500 runs. */
function hunted(slug: string, runs: number | null): Hunted {
  const failure = {
    run: 0,
    kind: 'violation',
    failureClass: 'no-loss lost-write',
    violations: [],
    plan: null,
    occurrences: 1,
  } as const;
  const trials = ['a', 'b', 'c'].map((seed) => ({
    ...{ seed, runs: runs ?? 500, seconds: runs ?? 500 },
    failure: runs === null ? null : failure,
  }));
  const nothing = { ninetiethRuns: null, ninetiethSeconds: null, caughtBy: null, size: null };
  return { slug, trials, found: runs === null ? 0 : 3, medianRuns: runs, medianSeconds: runs, ...nothing };
}

function compared(
  uniform: readonly Hunted[],
  guided: readonly Hunted[],
  more: Partial<ComparedHunts> = {},
): ComparedHunts {
  const pairs = sideBySide(uniform, guided);
  return { strategies: ['uniform', 'guided'], pairs, bugs: uniform.length, interrupted: false, ...more };
}

test('a line a bug, in the order in which they were hunted, and a sentence about all', () => {
  const uniform = [hunted('zebra', 100), hunted('ant', null), hunted('bee', 10)];
  const guided = [hunted('zebra', 25), hunted('ant', 7), hunted('bee', null)];
  expect(comparisonInWords(compared(uniform, guided)).split('\n')).toEqual([
    'bug    uniform  runs  seconds  guided  runs  seconds  ratio',
    'zebra  3 of 3   100   100.0    3 of 3  25    25.0     0.25',
    'ant    0 of 3   >500  -        3 of 3  7     7.0      -',
    'bee    3 of 3   10    10.0     0 of 3  >500  -        50.00',
    expect.stringMatching(/^guided needs 3\.54 times the runs of uniform \(geometric mean over 2 bugs/),
    '',
  ]);
});

test('where the first finds nothing there is no ratio, and yet something was found', () => {
  const text = comparisonInWords(compared([hunted('ant', null)], [hunted('ant', 7)]));
  expect(text).toContain(
    'Bugs found: 0 of 1 (uniform), 1 of 1 (guided); without one that uniform finds there is no ratio.\n',
  );
});

test('an interrupted comparison shows what was measured before', () => {
  const uniform = [hunted('zebra', 100), hunted('ant', 10)];
  const text = comparisonInWords(compared(uniform, [hunted('zebra', 25)], { bugs: 88, interrupted: true }));
  expect(text).toMatch(/^ant +3 of 3 +10 +10\.0 +- +- +- +-$/m);
  expect(text).toContain('Interrupted: 1 of 88 bugs were hunted with both strategies.\n');
  expect(text).toContain('guided needs 0.25 times the runs of uniform');
});

test('interrupted before anything was measured', () => {
  const text = comparisonInWords(compared([], [], { bugs: 88, interrupted: true }));
  expect(text).toContain('Interrupted: 0 of 88 bugs');
  expect(text).toContain('Bugs found: 0 of 0 (uniform), 0 of 0 (guided)');
});

test('as JSON: each search of each bug with each strategy, beside the sums', () => {
  const json: unknown = JSON.parse(comparisonAsJson(compared([hunted('bee', 10)], [hunted('bee', null)])));
  expect(json).toMatchObject({
    ...{ bugs: 1, ratio: expect.closeTo(50), ninetieth: [10, 500] },
    ...{ strategies: ['uniform', 'guided'], interrupted: false },
    each: [
      {
        ...{ slug: 'bee', ratio: 50 },
        hunts: [
          {
            ...{ strategy: 'uniform', found: 3, medianRuns: 10, medianSeconds: 10 },
            trials: ['a', 'b', 'c'].map((seed) => ({ seed, runs: 10, failure: 'no-loss lost-write' })),
          },
          {
            ...{ strategy: 'guided', found: 0, medianRuns: null, medianSeconds: null },
            trials: ['a', 'b', 'c'].map((seed) => ({ seed, runs: 500, failure: null })),
          },
        ],
      },
    ],
  });
});
