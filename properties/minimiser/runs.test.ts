import { describe, expect, test } from 'vitest';

import { type Fault, type Operation, type Plan, planSchema } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { traceOf } from './failure-of.ts';
import { pinLatencies } from './latencies.ts';
import type { Pass } from './pass.ts';
import { moveOntoProbes } from './probes.ts';
import { driveSearch, inlineRunner } from './plan-runner.ts';
import { Search } from './search.ts';

const sends = Array.from({ length: 10 }, (_, id): Operation => ({
  id,
  atMs: 50 * id,
  kind: 'send',
  client: 'producer-1',
  topic: 'orders',
  partition: 0,
  key: null,
}));

const plan: Plan = planSchema.parse({
  format: 'kafka-crucible/plan',
  version: 1,
  seed: 'runs',
  cluster: { brokers: 2, controllers: 1 },
  configuration: {},
  expect: [],
  defects: [],
  topics: [{ name: 'orders', partitions: 1, replicationFactor: 2 }],
  clients: [{ kind: 'producer', name: 'producer-1' }],
  operations: sends,
  faults: [],
  schedule: { latency: { model: 'uniform', minUs: 200, maxUs: 9_000 }, slowPair: null },
  overrides: [],
});

function after(pass: Pass, from: Plan, fails: (plan: Plan) => boolean): Plan {
  const runner = inlineRunner((each) => (fails(each) ? { failureClass: 'b' } : null));
  const limits = { maxRuns: 2_000, cutShort: () => null };
  const search = new Search(from, { failureClass: 'b' }, runner, [], limits, traceOf);
  driveSearch(pass.run(search, 1), runner);
  return search.plan;
}

describe('messages take equally long but for a few', () => {
  /** How long the send took, in microseconds, from the client's point of view. */
  const tookUs = (each: Plan, op: number): number => {
    const events = simulate(each, { history: true }).history!.filter(
      (event) => event.type !== 'cluster' && event.op === op,
    );
    return events.at(-1)!.timeUs - events[0]!.timeUs;
  };
  // The last one: the first wait for metadata and a producer id, too, and are slow however fast their messages.
  const slow = sends.map(({ id }) => id).findLast((id) => tookUs(plan, id) > 15_000)!;
  const pinned = after(pinLatencies, plan, (each) => tookUs(each, slow) > 12_000);

  test('which are those that the failure needs late', () => {
    expect(pinned.schedule.latency).toEqual({ model: 'uniform', minUs: 1_000, maxUs: 1_000 });
    expect(pinned.overrides.length).toBeGreaterThan(0);
    expect(pinned.overrides.length).toBeLessThan(4);
    expect(tookUs(pinned, slow)).toBeGreaterThan(12_000);
  });

  test('and whose latencies are round', () => {
    for (const { latencyUs } of pinned.overrides) expect(latencyUs % 100).toBe(0);
  });

  test('none, where the failure needs no message late', () => {
    expect(after(pinLatencies, plan, () => true).overrides).toEqual([]);
  });
});

describe('faults move onto probes', () => {
  const crash: Fault = { id: 1, at: { ms: 252 }, kind: 'crash', node: 'broker-2', restartAfterMs: 5_000 };
  const late: Fault = { ...crash, at: { ms: 2_000 } };
  const withFault = (fault: Fault): Plan => ({ ...plan, faults: [fault] });
  const crashes = (each: Plan): boolean => (simulate(each).probes['broker-fenced'] ?? 0) >= 0;

  test('that were hit just before, and not too often to be counted', () => {
    const election: Operation = {
      id: 50,
      atMs: 240,
      kind: 'move-leader',
      client: 'admin-1',
      topic: 'orders',
      partition: 0,
      broker: 2,
    };
    const from: Plan = {
      ...withFault(crash),
      clients: [...plan.clients, { kind: 'admin', name: 'admin-1' }],
      operations: [...sends.filter(({ atMs }) => atMs < 240), election],
    };
    const moved = after(moveOntoProbes, from, crashes);
    expect(moved.faults[0]!.at).toMatchObject({ probe: expect.any(String), plusMs: 0 });
    expect(traceOf(moved)!.entries).toContainEqual(expect.objectContaining({ kind: 'fault', fault: 1 }));
  });

  test('unless there is none', () => {
    expect(after(moveOntoProbes, withFault(late), crashes).faults).toEqual([late]);
  });
});
