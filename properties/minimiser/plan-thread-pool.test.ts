import { afterEach, expect, test } from 'vitest';

import { generatePlan } from '../arbitraries/generate.ts';
import { failureOf } from './failure-of.ts';
import { minimise } from './minimise.ts';
import { planThreadPool, type PlanThreadPool } from './plan-thread-pool.ts';

const pools: PlanThreadPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function poolOf(threads: number): PlanThreadPool {
  const pool = planThreadPool(threads);
  pools.push(pool);
  return pool;
}

/** With acks=0 most plans lose records, and some do not. */
const reckless = { configuration: { acks: '0', 'min.insync.replicas': 1 }, expect: ['no-loss'] as const };
const plans = Array.from({ length: 12 }, (_, run) => generatePlan('thread pool', run, reckless));

test('a pool returns what one thread finds, in the order of the plans', () => {
  const expected = plans.map(failureOf);
  expect(new Set(expected.map((failure) => failure === null)).size).toBe(2);
  for (const threads of [1, 3]) {
    const pool = poolOf(threads);
    expect(pool.runAll([])).toEqual([]);
    // At first the other threads are still starting; later they run plans, too.
    for (let round = 0; round < 3; round++) expect(pool.runAll(plans)).toEqual(expected);
  }
});

test('the other threads run plans once they have started', async () => {
  const pool = poolOf(2);
  while (pool.runsByThreads === 0) {
    pool.runAll(plans);
    await new Promise((resume) => setTimeout(resume, 10));
  }
  expect(pool.runsByThreads).toBeGreaterThan(0);
});

test('the shortest plan does not depend on the number of threads', () => {
  const plan = plans.find((each) => failureOf(each) !== null)!;
  const shrunk = (threads: number) => {
    const pool = poolOf(threads);
    return minimise(plan, failureOf, { runner: pool, maxRuns: 150 });
  };
  expect(shrunk(3)).toEqual(shrunk(1));
});
