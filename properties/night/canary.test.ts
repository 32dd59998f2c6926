import { describe, expect, test } from 'vitest';

import type { Chunk } from '../search/worker-chunk.ts';
import { onlyFailure, runChunk } from '../search/worker-chunk.ts';
import { sameThread, type WorkerPool } from '../search/worker-pool.ts';
import { CanaryKeeper, MISSED_CANARIES_LIMIT } from './canary.ts';

const NONE = { planted: 0, found: 0, plantedSinceFound: 0 };

/** A pool that detects no planted bug. */
const missed: WorkerPool = {
  ...sameThread(),
  run: async ({ first }: Chunk) => ({
    ...onlyFailure({
      run: first,
      kind: 'error',
      failureClass: 'error',
      violations: [],
      plan: null,
      occurrences: 1,
    }),
    failures: [],
  }),
};

describe('a canary', () => {
  test('is planted once in the given number of runs, and detected', async () => {
    const keeper = new CanaryKeeper(sameThread(), 'canary test', NONE, 10);
    keeper.after(95);
    await keeper.settle();
    const { planted, found, plantedSinceFound } = keeper.take();
    expect(planted).toBeGreaterThanOrEqual(9);
    expect(found).toBeGreaterThan(0);
    expect(plantedSinceFound).toBe(0);
    expect(keeper.take()).toEqual(NONE);
  });

  test('is planted until one is detected, even in a short night', async () => {
    const keeper = new CanaryKeeper(sameThread(), 'short night', NONE);
    keeper.after(3);
    await keeper.settle();
    expect(keeper.take()).toMatchObject({ found: 1, plantedSinceFound: 0 });
  });

  test('that is missed again and again is counted, also over a restart', async () => {
    const keeper = new CanaryKeeper(missed, 'missed', { planted: 7, found: 1, plantedSinceFound: 6 });
    await keeper.settle();
    expect(keeper.take()).toEqual({
      planted: MISSED_CANARIES_LIMIT - 6,
      found: 0,
      plantedSinceFound: MISSED_CANARIES_LIMIT,
    });
  });

  test('is not detected without the bug: the same plans pass', () => {
    const chunk = { campaignSeed: 'canary test canary', first: 0, count: 9, stopAtFailure: false };
    expect(runChunk({ ...chunk, options: {} }).failures).toEqual([]);
  });
});
