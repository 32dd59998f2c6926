import { Tinypool } from 'tinypool';
import { describe, expect, test } from 'vitest';

import type { Plan } from '../../impl/plan/plan.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { PlanHolds, type Progress } from '../minimiser/minimise.ts';
import { ShrinkHangs, shrinkInThread, processPool } from './worker-pool.ts';
import { failureOf } from '../minimiser/failure-of.ts';
import { type ChunkResult, runChunk } from './worker-chunk.ts';

/** Nobody waits for anybody: records are lost at once. */
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

/** Sources that are loaded in another way have other frames. */
function withoutStacks(result: ChunkResult): unknown {
  return { ...result, failures: result.failures.map(({ stack: _stack, ...failure }) => failure) };
}

describe('processPool', () => {
  test('has workers that go on when they are interrupted: Ctrl-C is for the one that asked', async () => {
    const filename = new URL('./worker-boot.mjs', import.meta.url).href;
    const pool = new Tinypool({ runtime: 'child_process', filename, minThreads: 1, maxThreads: 1 });
    const chunk = { campaignSeed: 'pool', options: {}, first: 0, count: 20, stopAtFailure: false };
    try {
      await pool.run({ ...chunk, count: 1 });
      const running = pool.run(chunk);
      for (const { threadId } of pool.threads) process.kill(threadId, 'SIGINT');
      await expect(running).resolves.toMatchObject({ runs: 20 });
    } finally {
      await pool.destroy();
    }
  });

  test('gives what the same chunk gives in this thread', async () => {
    const chunk = { campaignSeed: 'pool', options: {}, first: 3, count: 5, stopAtFailure: false };
    const pool = processPool(1);
    try {
      expect(withoutStacks(await pool.run(chunk))).toEqual(withoutStacks(runChunk(chunk)));
    } finally {
      await pool.close();
    }
  });
});

describe('shrinkInThread', () => {
  const plan = firstFailure();

  test('gives a smaller plan that fails in the same way, and says how far it is', async () => {
    const heard: Progress[] = [];
    const shrunk = await shrinkInThread(plan, {
      budgetMs: 3000,
      pinned: Object.keys(reckless.configuration),
      onProgress: (progress) => heard.push(progress),
    });
    expect(shrunk.plan.operations.length).toBeLessThan(plan.operations.length);
    expect(failureOf(shrunk.plan)).toEqual(failureOf(plan));
    expect(heard.length).toBeGreaterThan(0);
  });

  test('gives what it has when it is interrupted', async () => {
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
