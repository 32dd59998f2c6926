import { describe, expect, test } from 'vitest';

import { assert } from '../../impl/assert.ts';
import { type Plan, PLAN_FORMAT, PLAN_VERSION } from '../../impl/plan/plan.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import type { Violation } from '../../model/guarantee.ts';
import { type Campaign, type Counted, type Exploration, explore, type NewStates } from './explorer.ts';
import type { Experiment } from './worker-chunk.ts';
import type { RunFailure } from './failure.ts';

function planOf(run: number): Plan {
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed: String(run),
    cluster: { brokers: 3, controllers: 1 },
    configuration: {},
    expect: [],
    defects: [],
    topics: [],
    clients: [],
    operations: [],
    faults: [],
    schedule: { latency: { model: 'uniform', minUs: 1, maxUs: 1 }, slowPair: null },
    overrides: [],
  };
}

const passed: SimulatedRunResult = {
  verdict: 'passed',
  violations: [],
  hash: '0123456789abcdef',
  events: 10,
  virtualUs: 1000,
  probes: { 'leader-elected': 2 },
};

function violated(anomaly: string): SimulatedRunResult {
  const violation: Violation = {
    guarantee: 'no-loss',
    anomaly,
    sentence: 'it is gone',
    place: { topic: 'orders', partition: 0, offset: 7 },
    timeUs: 5,
    evidence: [],
  };
  return { ...passed, verdict: 'violated', violations: [violation] };
}

/** Runs with the given outcomes, by number; all others pass. */
function outcomes(given: Readonly<Record<number, () => SimulatedRunResult>>): Experiment {
  return {
    generate: (_seed, run) => planOf(run),
    simulate: (plan) => given[Number(plan.seed)]?.() ?? passed,
  };
}

const campaign: Campaign = { seed: 's', options: {}, runs: 100, seconds: null, workers: 1, keepGoing: false };

describe('a campaign', () => {
  test('that finds nothing makes all its runs, and adds up their counts', async () => {
    expect(await explore(campaign, {}, outcomes({}))).toMatchObject({
      ended: 'runs',
      runs: 100,
      events: 1000,
      virtualUs: 100_000,
      probes: { 'leader-elected': 200 },
      failures: [],
    });
  });

  test('ends with its first failure, and counts the runs before it', async () => {
    const found = await explore(
      campaign,
      {},
      outcomes({ 41: () => violated('lost-write'), 42: () => violated('unseen') }),
    );
    expect(found).toMatchObject({ ended: 'failure', runs: 42, events: 420 });
    expect(found.failures).toMatchObject([
      { run: 41, kind: 'violation', failureClass: 'no-loss lost-write record', occurrences: 1 },
    ]);
  });

  test('that keeps going collects one failure of each class, and reports each at once', async () => {
    const said: RunFailure[] = [];
    const found = await explore(
      { ...campaign, keepGoing: true },
      { onFailure: (failure) => said.push(failure) },
      outcomes({
        3: () => violated('unseen'),
        41: () => violated('lost-write'),
        90: () => violated('unseen'),
      }),
    );
    expect(found).toMatchObject({ ended: 'runs', runs: 100 });
    expect(found.failures.map(({ run, occurrences }) => [run, occurrences])).toEqual([
      [3, 2],
      [41, 1],
    ]);
    expect(said.map(({ run }) => run)).toEqual([3, 41]);
  });

  test('reports a run that does not converge as a failure', async () => {
    const found = await explore(campaign, {}, outcomes({ 5: () => ({ ...passed, verdict: 'budget' }) }));
    expect(found.failures).toMatchObject([{ run: 5, kind: 'budget', failureClass: 'budget' }]);
  });

  test('reports an assertion that fires as a failure of its own kind', async () => {
    const bug = (run: number) => () => {
      assert(run < 0, 'the log start is not above the log end', run);
      return passed;
    };
    const found = await explore({ ...campaign, keepGoing: true }, {}, outcomes({ 5: bug(5), 60: bug(60) }));
    expect(found.failures).toMatchObject([
      {
        run: 5,
        kind: 'assertion',
        failureClass: 'assertion the log start is not above the log end (#)',
        message: 'assertion failed: the log start is not above the log end (5)',
        occurrences: 2,
      },
    ]);
  });

  test('survives a harness that throws, and keeps the message', async () => {
    const bug = (run: number) => () => {
      throw new Error(`offset ${run} is negative`);
    };
    const found = await explore({ ...campaign, keepGoing: true }, {}, outcomes({ 5: bug(5), 60: bug(60) }));
    expect(found.runs).toBe(100);
    expect(found.failures).toMatchObject([
      {
        run: 5,
        kind: 'error',
        failureClass: 'error offset # is negative',
        message: 'offset 5 is negative',
        occurrences: 2,
      },
    ]);
    expect(found.failures[0]?.stack).toContain('explorer.test.ts');
  });

  test('makes a share of its runs twice, and finds a run that depends on more than its plan', async () => {
    let calls = 0;
    const found = await explore(
      campaign,
      {},
      outcomes({ 64: () => ({ ...passed, hash: `hash ${(calls += 1)}` }) }),
    );
    expect(found.failures).toMatchObject([
      {
        run: 64,
        kind: 'irreproducible',
        message: 'The same plan gave two different runs: hash 1, then hash 2.',
      },
    ]);
  });

  test('makes a share of the runs of a shard twice, although they have other numbers', async () => {
    let calls = 0;
    const flaky = outcomes({ 1: () => ({ ...passed, hash: `hash ${(calls += 1)}` }) });
    const found = await explore({ ...campaign, runs: 12, shard: { index: 1, of: 3 } }, {}, flaky);
    expect(found.failures).toMatchObject([{ run: 1, kind: 'irreproducible' }]);
  });

  test('ends when its time is up', async () => {
    const found = await explore({ ...campaign, runs: null, seconds: 0.05 }, {}, outcomes({}));
    expect(found.ended).toBe('time');
    expect(found.seconds).toBeGreaterThanOrEqual(0.05);
  });

  test('can be interrupted, and keeps its counts', async () => {
    const controller = new AbortController();
    const onProgress = ({ runs }: { runs: number }): void => {
      if (runs >= 20) controller.abort();
    };
    const found = await explore(
      { ...campaign, runs: null },
      { onProgress, signal: controller.signal },
      outcomes({}),
    );
    expect(found).toMatchObject({ ended: 'interrupted', runs: 20, events: 200 });
  });
});

/** The first run of every 64 is made twice. */
test('a shard makes every nth run, and resumes after the runs that were made', async () => {
  const made: number[] = [];
  const experiment = {
    generate: (_seed: string, run: number) => planOf(run),
    simulate: (plan: Plan) => {
      made.push(Number(plan.seed));
      return passed;
    },
  };
  const shard = { index: 1, of: 3 };
  await explore({ ...campaign, runs: 12, shard }, {}, experiment);
  expect(made).toEqual([1, 4, 7, 10, 1]);
  made.length = 0;
  await explore({ ...campaign, runs: 12, shard, alreadyMade: 2 }, {}, experiment);
  expect(made).toEqual([7, 10]);
});

describe('the number of workers', () => {
  const real: Campaign = { ...campaign, seed: 'workers', runs: 60 };

  test('does not change the counts', async () => {
    expect(counted(await explore({ ...real, workers: 2 }))).toEqual(counted(await explore(real)));
  });
});

/** Everything but the wall-clock time and the frames of stacks, which depend on how sources were loaded. */
function counted({ seconds: _seconds, ...exploration }: Exploration): unknown {
  const failures = exploration.failures.map(({ stack: _stack, ...failure }) => failure);
  return { ...exploration, failures };
}

test('a search that resumes knows the states that its earlier runs reached, and reports new ones by the thousand runs', async () => {
  // Run 0 reaches 0 and 1, run 1 reaches 0 and 2, and so on.
  const experiment: Experiment = {
    generate: (_seed, run) => planOf(run),
    simulate: (plan) => {
      const digests = Uint32Array.of(0, 1 + (Number(plan.seed) % 1_500));
      return { ...passed, reached: { digests, digestsAtUs: Uint32Array.of(0, 0) } };
    },
  };
  const reachedBy = async (part: Partial<Campaign>): Promise<NewStates[]> => {
    const reached: NewStates[] = [];
    const onCounted = ({ newStates }: Counted): void => void reached.push(...newStates);
    await explore({ ...campaign, runs: 2_000, ...part }, { onCounted }, experiment);
    return reached;
  };
  const perThousand = (states: readonly NewStates[]): number[] =>
    [0, 1].map((wanted) =>
      states.reduce((sum, { thousand, digests }) => sum + (thousand === wanted ? digests.length : 0), 0),
    );
  const whole = await reachedBy({});
  const first = await reachedBy({ runs: 700 });
  const second = await reachedBy({
    alreadyMade: 700,
    knownStates: first.flatMap(({ digests }) => digests),
  });
  expect(perThousand(whole)).toEqual([1_001, 500]);
  expect([...first, ...second]).toEqual(whole);
  expect((await explore({ ...campaign, runs: 2_000 }, {}, experiment)).novelty).toEqual([1_001, 500]);
});
