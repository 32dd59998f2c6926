import { describe, expect, test } from 'vitest';

import { readPlan, writePlan } from '../../plan/plan-file.ts';
import { type Plan, planSchema } from '../../plan/plan.ts';
import { simulate } from './simulate.ts';
import type { TraceEntry } from '../../trace/trace.ts';

/** Sends for two seconds; every message takes as long as luck has it. */
const plan: Plan = planSchema.parse({
  format: 'kafka-crucible/plan',
  version: 1,
  seed: 'redraw',
  cluster: { brokers: 3, controllers: 1 },
  configuration: {},
  expect: [],
  defects: [],
  topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  clients: [{ kind: 'producer', name: 'producer-1' }],
  operations: Array.from({ length: 40 }, (_, id) => ({
    kind: 'send',
    id,
    atMs: 50 * id,
    client: 'producer-1',
    topic: 'orders',
    partition: 0,
    key: null,
  })),
  faults: [],
  schedule: { latency: { model: 'uniform', minUs: 200, maxUs: 3_000 }, slowPair: null },
  overrides: [],
});

const after = (us: number, seed: string, more: object = {}): Plan => ({
  ...plan,
  redrawAfter: { us, seed, ...more },
});

function entriesOf(of: Plan): { upTo: (us: number) => TraceEntry[]; from: (us: number) => TraceEntry[] } {
  const { trace } = simulate(of, { trace: true });
  const { entries, workloadStartUs } = trace!;
  return {
    upTo: (us) => entries.filter(({ timeUs }) => timeUs <= workloadStartUs + us),
    from: (us) => entries.filter(({ timeUs }) => timeUs > workloadStartUs + us),
  };
}

describe('luck drawn anew from a moment on', () => {
  test.each([0, 777_777, 1_500_000])('leaves everything up to it as it was: %d µs', (us) => {
    const [before, redrawn] = [entriesOf(plan), entriesOf(after(us, 'other'))];
    expect(redrawn.upTo(us)).toEqual(before.upTo(us));
    expect(before.upTo(us).length).toBeGreaterThan(100);
    expect(redrawn.from(us)).not.toEqual(before.from(us));
  });

  test('is as repeatable as any, and another one under another seed', () => {
    const hash = (seed: string) => simulate(after(500_000, seed)).hash;
    expect(hash('a')).toBe(hash('a'));
    expect(hash('a')).not.toBe(hash('b'));
  });

  test('may come with slower messages', () => {
    const latency = { model: 'uniform', minUs: 50_000, maxUs: 60_000 } as const;
    const slow = simulate(after(500_000, 'a', { latency }), { trace: true }).trace!;
    const sentAt = new Map<number, number>();
    const took: { sentUs: number; us: number }[] = [];
    for (const entry of slow.entries) {
      if (entry.kind === 'message-sent') sentAt.set(entry.message, entry.timeUs);
      if (entry.kind !== 'message-delivered') continue;
      const sentUs = sentAt.get(entry.message)! - slow.workloadStartUs;
      took.push({ sentUs, us: entry.timeUs - slow.workloadStartUs - sentUs });
    }
    const [early, late] = [true, false].map((isEarly) =>
      took.filter(({ sentUs }) => sentUs <= 500_000 === isEarly),
    );
    expect(Math.max(...early!.map(({ us }) => us))).toBeLessThanOrEqual(3_000);
    expect(Math.min(...late!.map(({ us }) => us))).toBeGreaterThanOrEqual(50_000);
  });

  test('is part of a saved plan', () => {
    const redrawn = after(500_000, 'a', { latency: { model: 'uniform', minUs: 1, maxUs: 2 } });
    expect(readPlan(writePlan(redrawn), 'a.json')).toEqual(redrawn);
    const upsideDown = after(500_000, 'a', { latency: { model: 'uniform', minUs: 3, maxUs: 2 } });
    expect(() => readPlan(writePlan(upsideDown), 'a.json')).toThrow('redrawAfter.latency.maxUs');
  });
});
