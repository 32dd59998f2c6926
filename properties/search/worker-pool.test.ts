import { Tinypool } from 'tinypool';
import { describe, expect, test } from 'vitest';

import { processPool } from './worker-pool.ts';
import { type ChunkResult, runChunk } from './worker-chunk.ts';

/** Stack frames depend on how sources were loaded. */
function withoutStacks(result: ChunkResult): unknown {
  return { ...result, failures: result.failures.map(({ stack: _stack, ...failure }) => failure) };
}

describe('processPool', () => {
  test('has workers that ignore Ctrl-C: only the parent decides what it means', async () => {
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

  test('gives the same result as the chunk run in this thread', async () => {
    const chunk = { campaignSeed: 'pool', options: {}, first: 3, count: 5, stopAtFailure: false };
    const pool = processPool(1);
    try {
      expect(withoutStacks(await pool.run(chunk))).toEqual(withoutStacks(runChunk(chunk)));
    } finally {
      await pool.close();
    }
  });
});
