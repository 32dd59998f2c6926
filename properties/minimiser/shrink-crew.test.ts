import { afterEach, expect, test } from 'vitest';

import { generatePlan } from '../arbitraries/generate.ts';
import { failureOf } from './failure-of.ts';
import { minimise } from './minimise.ts';
import { shrinkCrew, type ShrinkCrew } from './shrink-crew.ts';

const crews: ShrinkCrew[] = [];
afterEach(async () => {
  for (const crew of crews.splice(0)) await crew.close();
});

function crewOf(threads: number): ShrinkCrew {
  const crew = shrinkCrew(threads);
  crews.push(crew);
  return crew;
}

/** Nobody waits for anybody: most plans lose records, and some do not. */
const reckless = { configuration: { acks: '0', 'min.insync.replicas': 1 }, expect: ['no-loss'] as const };
const plans = Array.from({ length: 12 }, (_, run) => generatePlan('crew', run, reckless));

test('a crew finds what one thread finds, in the order of the plans', () => {
  const expected = plans.map(failureOf);
  expect(new Set(expected.map((failure) => failure === null)).size).toBe(2);
  for (const threads of [1, 3]) {
    const crew = crewOf(threads);
    expect(crew.runAll([])).toEqual([]);
    // The first time its helpers are still starting; later they do their share.
    for (let round = 0; round < 3; round++) expect(crew.runAll(plans)).toEqual(expected);
  }
});

test('helpers do work, once they are there', async () => {
  const crew = crewOf(2);
  while (crew.helped === 0) {
    crew.runAll(plans);
    await new Promise((resume) => setTimeout(resume, 10));
  }
  expect(crew.helped).toBeGreaterThan(0);
});

test('the shortest plan does not depend on how many look for it', () => {
  const plan = plans.find((each) => failureOf(each) !== null)!;
  const shrunk = (threads: number) => {
    const crew = crewOf(threads);
    return minimise(plan, failureOf, { crew, maxRuns: 150 });
  };
  expect(shrunk(3)).toEqual(shrunk(1));
});
