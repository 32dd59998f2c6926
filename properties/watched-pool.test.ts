import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, describe, expect, test } from 'vitest';

import { generatePlan } from './arbitraries/generate.ts';
import type { Chunk } from './worker-chunk.ts';
import { threadPool } from './worker-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker whose runs do something unheard of, by number. */
function unrulyWorker(name: string, deeds: string): URL {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `export default (chunk) => {
      const pulse = new Int32Array(chunk.pulse);
      for (let index = 0; index < chunk.count; index += 1) {
        Atomics.store(pulse, 0, index);
        const run = chunk.first + index * (chunk.stride ?? 1);
        ${deeds}
      }
      return { first: chunk.first, runs: chunk.count, events: chunk.count, virtualUs: 0, probes: { hit: chunk.count },
        failures: [], occurrences: {}, repeat: [],
        reached: Array.from({ length: chunk.count }, (_, index) => ({
          run: chunk.first + index, digests: [chunk.origins?.[index]?.atUs], digestsAtUs: [0] })) };
    };`,
  );
  return pathToFileURL(file);
}

const chunk = { campaignSeed: 's', options: {}, first: 0, count: 10, stopAtFailure: false };

async function runWith(worker: URL, runLimitMs: number, asked: Chunk = chunk) {
  const pool = threadPool(1, { runLimitMs }, worker);
  try {
    return { result: await pool.run(asked), next: await pool.run({ ...chunk, first: 100 }) };
  } finally {
    await pool.close();
  }
}

describe('a run that', () => {
  test('hangs is ended with its thread; the others are counted, and the search goes on', async () => {
    const { result, next } = await runWith(unrulyWorker('hangs', 'while (run === 6) continue;'), 300);
    expect(result).toMatchObject({ runs: 10, events: 9, probes: { hit: 9 }, occurrences: { hung: 1 } });
    expect(result.failures).toMatchObject([
      { run: 6, kind: 'hung', message: 'The run did not end within 0.3 s.' },
    ]);
    expect(next.runs).toBe(10);
  });

  test('ends its thread is survived', async () => {
    const { result, next } = await runWith(
      unrulyWorker('exits', 'if (run === 0 || run === 7) process.exit(9);'),
      60_000,
    );
    expect(result).toMatchObject({ runs: 10, events: 8, occurrences: { crashed: 2 } });
    expect(result.failures).toMatchObject([{ run: 0, kind: 'crashed' }]);
    expect(next.runs).toBe(10);
  });

  test('ends its thread leaves the plans of a guided search to the runs that have them', async () => {
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
    expect(result.failures).toMatchObject([{ run: 6, origin: { atUs: 6 } }]);
    expect(result.reached.map(({ run, digests }) => [run, ...digests])).toEqual(
      [0, 1, 2, 3, 4, 5, 7, 8, 9].map((run) => [run, run]),
    );
  });
});

test('a worker that cannot even be loaded is no matter of one run', async () => {
  const pool = threadPool(1, { runLimitMs: 1000 }, unrulyWorker('broken', '}}}'));
  await expect(pool.run(chunk)).rejects.toThrow();
  await pool.close();
});
