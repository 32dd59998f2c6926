import { describe, expect, test } from 'vitest';

import type { Fault, Operation, Plan } from '../../plan/plan.ts';
import { defects } from '../defects/index.ts';
import { simulate } from './simulate.ts';
import { after, FAULTS, GOLDEN_PLANS, planOf, QUICK, SENDS, titleOf } from './testing/example-plans.ts';

test('sends with the same payload are different records, distinguished by the number of the operation', () => {
  const send = (id: number): Operation => ({
    ...{ kind: 'send', id, atMs: 10 * id, client: 'producer-1', topic: 'orders', partition: 0, key: null },
    payload: 'order 7 is paid',
  });
  const { verdict, history = [] } = simulate(planOf('one payload', { operations: [send(1), send(2)] }), {
    history: true,
  });
  expect(verdict).toBe('passed');
  const sent = history.flatMap((event) =>
    event.type === 'invoke' && event.f === 'send' ? [event.value] : [],
  );
  expect(sent).toEqual(['order 7 is paid #1', 'order 7 is paid #2']);
});

describe('a plan is a run', () => {
  test.each(GOLDEN_PLANS.map((plan) => [titleOf(plan), plan] as const))(
    '%s: gives the same run twice, traced or not',
    (_, plan) => {
      const quiet = simulate(plan);
      expect(quiet.verdict).toBe('passed');
      expect(simulate(plan)).toEqual(quiet);
      const traced = simulate(plan, { trace: true, history: true });
      expect([traced.hash, traced.events, traced.virtualUs]).toEqual([
        quiet.hash,
        quiet.events,
        quiet.virtualUs,
      ]);
    },
  );

  test('another seed is another run', () => {
    const hashes = Array.from({ length: 20 }, (_, seed) => simulate(planOf(`seed ${seed}`)).hash);
    expect(new Set(hashes).size).toBe(20);
  });

  test('another plan with the same seed is another run', () => {
    const [plan] = GOLDEN_PLANS;
    const shorter = { ...plan!, operations: plan!.operations.slice(1) };
    expect(simulate(shorter).hash).not.toBe(simulate(plan!).hash);
  });
});

describe('replication in small clusters', () => {
  const seeds = Array.from({ length: 10 }, (_, i) => i);
  const small = (
    title: string,
    replicas: number,
    configuration: Plan['configuration'],
    faults: Fault[],
    expected: Plan['expect'] = [],
  ) =>
    planOf(title, {
      cluster: { brokers: replicas, controllers: 1 },
      configuration: { 'default.replication.factor': replicas, ...QUICK, ...configuration },
      faults,
      expect: expected,
    });

  test.each(['crash', 'shutdown', 'pause', 'clock'])(
    'one replica survives a %s, because the page cache stays',
    (kind) => {
      for (const seed of seeds) {
        const result = simulate(small(`one replica ${kind} ${seed}`, 1, {}, [FAULTS[kind]!]));
        expect(result.violations).toEqual([]);
      }
    },
  );

  test('one replica does not survive a loss of power, and a plan that expects it shows a violation that is not promised', () => {
    const results = seeds.map((seed) => {
      const title = `one replica without power ${seed}`;
      expect(simulate(small(title, 1, {}, [FAULTS['power-loss']!])).violations).toEqual([]);
      return simulate(small(title, 1, {}, [FAULTS['power-loss']!], ['no-loss']));
    });
    const lost = results.flatMap(({ violations }) => violations);
    expect(lost.length).toBeGreaterThan(0);
    for (const { guarantee, notPromisedBecause } of lost) {
      expect([guarantee, notPromisedBecause]).toEqual([
        'no-loss',
        expect.stringContaining('does not survive'),
      ]);
    }
  });

  test.each([1, 2])('two replicas with min.insync.replicas=%d survive crashes of both', (minIsr) => {
    for (const seed of seeds) {
      const faults: Fault[] = [
        { ...FAULTS['crash']!, id: 1 },
        { kind: 'crash', id: 2, at: after(900), node: 'broker-2', restartAfterMs: 200 },
      ];
      const plan = small(`two replicas ${minIsr} ${seed}`, 2, { 'min.insync.replicas': minIsr }, faults);
      expect(simulate(plan).violations).toEqual([]);
    }
  });

  test('min.insync.replicas above the number of replicas requires all of them', () => {
    const result = simulate(small('too many asked for', 2, { 'min.insync.replicas': 3 }, []), {
      history: true,
    });
    expect(result.violations).toEqual([]);
    expect(result.history?.filter((event) => event.type === 'ok' && event.f === 'send')).toHaveLength(SENDS);
  });
});

describe('the result of a run', () => {
  const [plan] = GOLDEN_PLANS;

  test('has a history and a trace only on request', () => {
    const quiet = simulate(plan!);
    expect([quiet.history, quiet.trace]).toEqual([undefined, undefined]);
    expect(simulate(plan!, { history: true }).history?.length).toBeGreaterThan(60);
    const { trace } = simulate(plan!, { trace: true });
    expect(trace?.nodes.map(({ role }) => role).slice(0, 5)).toEqual([
      'controller',
      'broker',
      'broker',
      'broker',
      'client',
    ]);
    expect(trace?.workloadStartUs).toBeLessThan(trace?.livenessStartUs ?? 0);
    // A cause lies before its effect.
    for (const { cause, seq } of trace?.entries ?? []) if (cause !== null) expect(cause).toBeLessThan(seq);
  });

  test('has each replica lead once in the liveness phase, with a read of everything each time', () => {
    const { history = [] } = simulate(plan!, { history: true });
    const readers = new Set(
      history.flatMap((event) =>
        event.type === 'invoke' && event.f === 'poll' && event.final ? [event.process] : [],
      ),
    );
    expect([...readers]).toEqual(['final-reader-1', 'final-reader-2', 'final-reader-3']);
  });

  test('has a history in order of time, in which operations end after they begin', () => {
    const { history = [] } = simulate(GOLDEN_PLANS[3]!, { history: true });
    expect(history.map(({ timeUs }) => timeUs)).toEqual(
      history.map(({ timeUs }) => timeUs).toSorted((a, b) => a - b),
    );
    const begun = new Set<number>();
    for (const event of history) {
      if (event.type === 'invoke') begun.add(event.op);
      else if (event.type !== 'cluster') expect(begun.has(event.op)).toBe(true);
    }
  });
});

describe('a plan that cannot be run is refused', () => {
  test('an unknown defect', () => {
    expect(() => simulate(planOf('', { defects: ['no_such_bug'] }))).toThrow(
      'there is no defect no_such_bug',
    );
  });

  test('a topic with more replicas than brokers', () => {
    const topics = [{ name: 'orders', partitions: 1, replicationFactor: 9 }];
    expect(() => simulate(planOf('', { topics }))).toThrow('INVALID_REPLICATION_FACTOR');
  });

  test('a fault on a host that does not exist', () => {
    expect(() =>
      simulate(planOf('', { faults: [{ ...FAULTS['crash']!, node: 'broker-9' } as Fault] })),
    ).toThrow('broker-9');
  });
});

test.each(defects.map(({ slug }) => slug))(
  'with the bug %s a run without faults is still correct',
  (slug) => {
    expect(simulate(planOf('a quiet run with a bug', { defects: [slug] })).violations).toEqual([]);
  },
);
