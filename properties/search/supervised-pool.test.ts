import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { afterAll, describe, expect, test } from 'vitest';

import { generatePlan } from '../arbitraries/generate.ts';
import type { Chunk } from './worker-chunk.ts';
import { processPool } from './worker-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that does the deeds in the runs with their numbers. */
function unrulyWorker(name: string, deeds: string): URL {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `export default (chunk) => {
      for (let index = 0; index < chunk.count; index += 1) {
        process.send('alive');
        const run = chunk.first + index * (chunk.stride ?? 1);
        ${deeds}
      }
      return { first: chunk.first, runs: chunk.count, events: chunk.count, virtualUs: 0, probes: { hit: chunk.count },
        failures: [], repeat: [],
        reached: Array.from({ length: chunk.count }, (_, index) => ({
          run: chunk.first + index, digests: [chunk.origins?.[index]?.atUs], digestsAtUs: [0] })) };
    };`,
  );
  return pathToFileURL(file);
}

const chunk = { campaignSeed: 's', options: {}, first: 0, count: 10, stopAtFailure: false };

async function runWith(worker: URL, runLimitMs: number, asked: Chunk = chunk) {
  const pool = processPool(1, { runLimitMs }, worker);
  try {
    return { result: await pool.run(asked), next: await pool.run({ ...chunk, first: 100 }) };
  } finally {
    await pool.close();
  }
}

describe('a supervised run that', () => {
  test('hangs is killed with its process; the other runs are counted, and the search goes on', async () => {
    const { result, next } = await runWith(unrulyWorker('hangs', 'while (run === 6) continue;'), 300);
    expect(result).toMatchObject({ runs: 10, events: 9, probes: { hit: 9 } });
    expect(result.failures).toMatchObject([
      {
        run: 6,
        kind: 'hung',
        occurrences: 1,
        plan: generatePlan('s', 6),
        message: 'The run did not end within 0.3 s.',
      },
    ]);
    expect(next.runs).toBe(10);
  });

  test('crashes its process does not end the search', async () => {
    const { result, next } = await runWith(
      unrulyWorker('exits', 'if (run === 0 || run === 7) process.exit(9);'),
      60_000,
    );
    expect(result).toMatchObject({ runs: 10, events: 8 });
    expect(result.failures).toMatchObject([{ run: 0, kind: 'crashed', occurrences: 2 }]);
    expect(result.failures[0]?.message).toContain('The process that made the run died');
    expect(next.runs).toBe(10);
  });

  test('crashes its process only after other runs is reported with all of them', async () => {
    const worker = unrulyWorker('exits-together', 'if (index === 3) process.exit(9);');
    const { result } = await runWith(worker, 60_000);
    expect(result).toMatchObject({ runs: 10, events: 10 });
    expect(result.failures).toMatchObject([{ run: 0, kind: 'crashed', occurrences: 1 }]);
    expect(result.failures[0]?.message).toContain('That was in runs 0 to 9; none of them fails alone.');
  });

  test('crashes its process leaves the other runs of a guided search their origins', async () => {
    const parent = generatePlan('s', 0);
    const origins = Array.from({ length: 10 }, (_, index) => ({ parent, atUs: index }));
    const { result } = await runWith(
      unrulyWorker('exits-guided', 'if (run === 6) process.exit(9);'),
      60_000,
      {
        ...chunk,
        origins,
      },
    );
    expect(result.failures).toMatchObject([{ run: 6, kind: 'crashed' }]);
    expect(result.reached.map(({ run, digests }) => [run, ...digests])).toEqual(
      [0, 1, 2, 3, 4, 5, 7, 8, 9].map((run) => [run, run]),
    );
  });
});

test('a chunk of long runs within the limit is not killed', async () => {
  // Twelve runs of 100 ms, with a limit of 300 ms.
  const worker = unrulyWorker('slow', 'for (const began = Date.now(); Date.now() - began < 100; );');
  const { result } = await runWith(worker, 300, { ...chunk, count: 12 });
  expect(result).toMatchObject({ runs: 12, failures: [] });
});

test('a process that dies between two chunks is not a failure of a run', async () => {
  const worker = unrulyWorker('exits-later', 'if (run === 9) setTimeout(() => process.exit(9), 20);');
  const pool = processPool(1, { runLimitMs: 60_000 }, worker);
  try {
    await pool.run(chunk);
    await setTimeout(500);
    expect(await pool.run({ ...chunk, first: 100 })).toMatchObject({ runs: 10, failures: [] });
  } finally {
    await pool.close();
  }
});

test('a pool that cannot start processes any more ends the search', async () => {
  const worker = unrulyWorker('vanishes', 'if (run === 9) setTimeout(() => process.exit(9), 20);');
  const pool = processPool(1, { runLimitMs: 60_000 }, worker);
  try {
    await pool.run(chunk);
    rmSync(worker);
    await setTimeout(500);
    await expect(pool.run({ ...chunk, first: 100 })).rejects.toThrow();
  } finally {
    await pool.close();
  }
});

test('a worker that cannot be loaded is not a failure of a run', async () => {
  const pool = processPool(1, { runLimitMs: 1000 }, unrulyWorker('broken', '}}}'));
  await expect(pool.run(chunk)).rejects.toThrow();
  await pool.close();
});
