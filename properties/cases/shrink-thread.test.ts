import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { failureOf } from '../minimiser/failure-of.ts';
import { PlanHolds, type Progress } from '../minimiser/minimise.ts';
import { ShrinkHangs, shrinkInThread } from './shrink-thread.ts';

/** No client waits for an acknowledgement: records are lost at once. */
const reckless = {
  configuration: { acks: '0', 'min.insync.replicas': 1, 'unclean.leader.election.enable': true },
  expect: ['no-loss'] as const,
};

function firstFailure(): Plan {
  for (let run = 0; run < 100; run += 1) {
    const plan = generatePlan('shrink', run, reckless);
    if (failureOf(plan) !== null) return plan;
  }
  throw new Error('not even a reckless configuration loses anything');
}

describe('shrinking in a thread', () => {
  const plan = firstFailure();

  test('gives a smaller plan that fails in the same class, and reports progress', async () => {
    const reports: Progress[] = [];
    const shrunk = await shrinkInThread(plan, {
      budgetMs: 3000,
      pinned: Object.keys(reckless.configuration),
      onProgress: (progress) => reports.push(progress),
    });
    expect(shrunk.plan.operations.length).toBeLessThan(plan.operations.length);
    expect(failureOf(shrunk.plan)).toEqual(failureOf(plan));
    expect(reports.length).toBeGreaterThan(0);
  });

  test('gives the smallest plan so far when it is interrupted', async () => {
    const shrunk = await shrinkInThread(plan, { budgetMs: 60_000, pinned: [], signal: AbortSignal.abort() });
    expect(shrunk.plan).toEqual(plan);
    expect(shrunk.failure).toEqual(failureOf(plan));
  });

  test('refuses a plan that does not fail', async () => {
    const calm = { ...plan, operations: [], faults: [] };
    await expect(shrinkInThread(calm, { budgetMs: 1000, pinned: [] })).rejects.toThrow(PlanHolds);
  });

  test('ends a run that takes longer than it may, with its thread', async () => {
    const options = { budgetMs: 0, runLimitMs: 1, pinned: [] };
    await expect(shrinkInThread(plan, options)).rejects.toThrow(ShrinkHangs);
  });
});
