import { describe, expect, test } from 'vitest';

import { defects } from '../../impl/simulated/defects/index.ts';
import { leftOut } from '../../impl/simulated/defects/left-out.ts';
import { huntDocument, huntRow } from './hunt-document.ts';
import { STRATEGIES, type Strategy } from '../guidance/strategy.ts';
import { hunt, type Hunted, type HuntingGround } from './hunt.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { LEGAL_BEHAVIOURS } from './false-alarm-suite.ts';
import type { Chunk, ChunkResult } from '../search/worker-chunk.ts';
import { sameThread } from '../search/worker-pool.ts';

const [defect] = defects;
if (defect === undefined) throw new Error('there is no defect');

/** An environment in which the search of a seed fails in the given run, or never; a chunk takes a second. */
function ground(failsIn: Readonly<Record<string, number>>): HuntingGround {
  let nowMs = 0;
  const run = async ({ campaignSeed, first, count }: Chunk): Promise<ChunkResult> => {
    nowMs += 1000;
    const fails = failsIn[campaignSeed];
    const here = fails !== undefined && fails >= first && fails < first + count;
    const failure = {
      run: fails ?? 0,
      kind: 'violation',
      failureClass: 'progress no-leader partition',
      violations: [],
      plan: generatePlan(campaignSeed, fails ?? 0),
      occurrences: 1,
    } as const;
    const runs = here ? fails - first + 1 : count;
    return {
      first,
      runs,
      events: 0,
      virtualUs: 0,
      probes: {},
      failures: here ? [failure] : [],
      repeat: [],
      reached: [],
    };
  };
  return {
    pool: { chunksInFlight: 1, chunkRuns: 10, run, close: async () => {} },
    now: () => nowMs,
    shrink: async () => ({ operations: 2, faults: 1 }),
  };
}

describe('a hunt', () => {
  test('reports the median of its searches, and the check that caught the bug', async () => {
    const hunted = await hunt(
      defect,
      { seeds: ['a', 'b', 'c'], budgetSeconds: 60 },
      ground({ a: 3, b: 44, c: 12 }),
    );
    expect(hunted).toMatchObject({
      found: 3,
      medianRuns: 13,
      medianSeconds: 2,
      ninetiethRuns: 45,
      ninetiethSeconds: 5,
      size: { operations: 2, faults: 1 },
    });
    expect(hunted.caughtBy).toContain('no-leader');
  });

  test('reports the median of seconds, which may be of another search than the median of runs', async () => {
    const steady = ground({ a: 3, b: 13, c: 44 });
    // The first search has a chunk that takes very long.
    let stalledMs = 0;
    const hunted = await hunt(
      defect,
      { seeds: ['a', 'b', 'c'], budgetSeconds: 60 },
      {
        ...steady,
        now: () => steady.now() + stalledMs,
        pool: {
          ...steady.pool,
          run: (chunk) => {
            if (chunk.campaignSeed === 'a') stalledMs += 20_000;
            return steady.pool.run(chunk);
          },
        },
      },
    );
    expect(hunted.trials.map(({ runs, seconds }) => [runs, seconds])).toEqual([
      [4, 21],
      [14, 2],
      [45, 5],
    ]);
    expect(hunted).toMatchObject({
      medianRuns: 14,
      medianSeconds: 5,
      ninetiethRuns: 45,
      ninetiethSeconds: 21,
    });
  });

  test('has no 90th percentile when more than a tenth of its searches found nothing', async () => {
    const seeds = ['a', 'b', 'c'];
    const hunted = await hunt(defect, { seeds, budgetSeconds: 3 }, ground({ a: 3, b: 4 }));
    expect(hunted).toMatchObject({ found: 2, medianRuns: 5, ninetiethRuns: null, ninetiethSeconds: null });
  });

  test('ends at its budget; a bug that half of the searches miss has no median', async () => {
    const hunted = await hunt(defect, { seeds: ['a', 'b'], budgetSeconds: 3 }, ground({ a: 3 }));
    expect(hunted).toMatchObject({ found: 1, medianRuns: null, caughtBy: null, size: null });
    expect(hunted.trials.map(({ runs }) => runs)).toEqual([4, 30]);
    expect(huntRow(hunted)).toEqual([defect.slug, '1 of 2', '-', '-', '-', '-', '-', 'not found']);
  });
});

describe('a hunt with a limit of runs', () => {
  const most = (runs: number, strategy: Strategy, fails: Readonly<Record<string, number>>): Promise<Hunted> =>
    hunt(defect, { seeds: ['a'], budgetSeconds: 60, runs, strategy }, ground(fails));

  test.each(STRATEGIES)('makes no more, however large its chunks are: %s', async (strategy) => {
    for (const runs of [1, 5, 10, 13]) {
      expect(await most(runs, strategy, {})).toMatchObject({ found: 0, trials: [{ runs }] });
      // Runs are counted from 0.
      expect(await most(runs, strategy, { a: runs - 1 })).toMatchObject({ found: 1, trials: [{ runs }] });
      expect(await most(runs, strategy, { a: runs })).toMatchObject({ found: 0, trials: [{ runs }] });
    }
  });

  test('makes the same runs with any number of workers', async () => {
    const searched = async (workers: number): Promise<unknown> => {
      const pool = { ...sameThread(), chunksInFlight: 2 * workers, chunkRuns: 24 };
      const { trials } = await hunt(
        defect,
        { seeds: ['a', 'b', 'c'], budgetSeconds: 60, runs: 5, strategy: 'guided' },
        { pool, now: () => 0, shrink: null },
      );
      return trials;
    };
    expect(await searched(3)).toEqual(await searched(1));
  });
});

test('trials are in the order of their seeds, not in the order in which searches end', async () => {
  const quick = ground({ a: 44, b: 3, c: 12 });
  const side: HuntingGround = { ...quick, pool: { ...quick.pool, chunksInFlight: 4 } };
  const { trials } = await hunt(defect, { seeds: ['a', 'b', 'c'], budgetSeconds: 60 }, side);
  expect(trials.map(({ seed, runs }) => [seed, runs])).toEqual([
    ['a', 45],
    ['b', 4],
    ['c', 13],
  ]);
});

describe('the document of historical bugs', () => {
  test('describes each bug, and lists those that are left out', () => {
    const tried = LEGAL_BEHAVIOURS.map(({ slug }) => ({
      ...{ slug, runs: 100, appearedBroken: 7, alarms: 0, firstAlarm: null },
    }));
    const text = huntDocument(defects, [], leftOut, tried);
    for (const { appearsAs, legalBecause } of LEGAL_BEHAVIOURS)
      expect(text.replaceAll(/ +/g, ' ')).toContain(`| ${appearsAs} | ${legalBecause} | 100 | 7 | 0 |`);
    for (const { slug, how } of defects) {
      expect(text).toContain(slug);
      expect(text).toContain(how);
    }
    for (const { title } of leftOut) expect(text).toContain(title);
  });

  test('lists no bug as both re-introduced and left out', () => {
    const left = new Set(leftOut.map(({ title }) => title));
    expect(left.size).toBe(leftOut.length);
    for (const { ids } of defects) {
      for (const one of leftOut) expect(one.ids).not.toEqual(ids);
    }
  });
});
