import { describe, expect, test } from 'vitest';

import type { Chunk } from '../search/worker-chunk.ts';
import { onlyFailure, runChunk } from '../search/worker-chunk.ts';
import { sameThread, type WorkerPool } from '../search/worker-pool.ts';
import { CanaryKeeper, MISSED_CANARIES_LIMIT } from './canary.ts';

const NONE = { planted: 0, found: 0, plantedSinceFound: 0 };

/** Hears of no bug, whatever is put back. */
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
  test('is planted once in so many runs, and found now and then', async () => {
    const keeper = new CanaryKeeper(sameThread(), 'canary test', NONE, 10);
    keeper.after(95);
    await keeper.settle();
    const { planted, found, plantedSinceFound } = keeper.take();
    expect(planted).toBeGreaterThanOrEqual(9);
    expect(found).toBeGreaterThan(0);
    expect(plantedSinceFound).toBe(0);
    expect(keeper.take()).toEqual(NONE);
  });

  test('is looked for until one is found, however short the night', async () => {
    const keeper = new CanaryKeeper(sameThread(), 'short night', NONE);
    keeper.after(3);
    await keeper.settle();
    expect(keeper.take()).toMatchObject({ found: 1, plantedSinceFound: 0 });
  });

  test('that goes unnoticed again and again is counted, also over a restart', async () => {
    const keeper = new CanaryKeeper(missed, 'missed', { planted: 7, found: 1, plantedSinceFound: 6 });
    await keeper.settle();
    expect(keeper.take()).toEqual({
      planted: MISSED_CANARIES_LIMIT - 6,
      found: 0,
      plantedSinceFound: MISSED_CANARIES_LIMIT,
    });
  });

  test('is not what a healthy Kafka shows: the same plans without the bug hold', () => {
    const chunk = { campaignSeed: 'canary test canary', first: 0, count: 9, stopAtFailure: false };
    expect(runChunk({ ...chunk, options: {} }).failures).toEqual([]);
  });
});
