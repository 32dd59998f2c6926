import { describe, expect, test } from 'vitest';

import { type Fault, type Operation, type Plan, planSchema } from '../../impl/plan/plan.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { seedFrom } from '../arbitraries/seed.ts';
import { type PlanRunner, minimise, type Run } from './minimise.ts';

const moves = (plan: Plan) => plan.operations.filter(({ kind }) => kind === 'move-leader');
const sends = (plan: Plan) => plan.operations.filter(({ kind }) => kind === 'send');
const within = (later: Operation, earlier: Operation, ms: number) =>
  later.atMs > earlier.atMs && later.atMs - earlier.atMs <= ms;

/** Two leader moves within half a second, a send soon after, and a late Fetch: four things. */
function quickDoubleMove(plan: Plan): boolean {
  const lateFetch = plan.faults.some(
    (f) => f.kind === 'message' && f.api === 'Fetch' && f.effect === 'delay',
  );
  if (!lateFetch) return false;
  const [all, written] = [moves(plan), sends(plan)];
  return all.some((first) =>
    all.some((second) => within(second, first, 500) && written.some((send) => within(send, second, 1_000))),
  );
}

/** Without what could hold a second topic, or a consumer, in the plan: the late Fetch may be that of a consumer. */
function inOnePlace(plan: Plan): Plan {
  const elsewhere = (operation: Operation) => 'topic' in operation && operation.topic !== 'orders';
  const aConsumers = (fault: Fault) => 'from' in fault && /consumer/.test(fault.from + fault.to);
  return {
    ...plan,
    operations: plan.operations.filter((operation) => !elsewhere(operation)),
    faults: plan.faults.filter((fault) => !aConsumers(fault)),
  };
}

const failsWhen =
  (condition: (plan: Plan) => boolean, failureClass = 'no-loss/lost-write'): Run =>
  (plan) =>
    condition(plan) ? { failureClass } : null;

function plansWhere(condition: (plan: Plan) => boolean, count: number): Plan[] {
  const found: Plan[] = [];
  for (let index = 0; found.length < count; index++) {
    const plan = generatePlan('minimise', index);
    if (condition(plan)) found.push(plan);
  }
  return found;
}

describe('minimise', () => {
  test('finds the four things that matter among eighty', () => {
    for (const plan of plansWhere(quickDoubleMove, 20)) {
      const { plan: smallest, to, runs, ended } = minimise(plan, failsWhen(quickDoubleMove));
      expect(to).toEqual({ operations: 3, faults: 1 });
      expect(quickDoubleMove(smallest)).toBe(true);
      expect(ended).toBe('smallest');
      expect(runs).toBeLessThan(900);
    }
  });

  test('leaves no host, client or topic in the plan that has no part in the failure', () => {
    const [plan] = plansWhere((drawn) => quickDoubleMove(inOnePlace(drawn)), 1);
    const smallest = minimise(plan!, failsWhen(quickDoubleMove)).plan;
    expect(smallest.topics).toEqual([expect.objectContaining({ partitions: 1 })]);
    expect(smallest.clients.map(({ kind }) => kind)).toEqual(['producer', 'admin']);
    expect(Object.keys(smallest.configuration)).toEqual([
      'min.insync.replicas',
      'default.replication.factor',
    ]);
    expect(smallest.schedule).toEqual({
      latency: { model: 'uniform', minUs: 1_000, maxUs: 1_000 },
      slowPair: null,
    });
    expect(smallest.operations.every(({ atMs }) => atMs <= 10)).toBe(true);
  });

  test('every plan that it tries is a valid one', () => {
    const [plan] = plansWhere(quickDoubleMove, 1);
    minimise(plan!, (candidate) => {
      planSchema.parse(candidate);
      const brokers = candidate.cluster.brokers;
      expect(Number(candidate.configuration['default.replication.factor'])).toBeLessThanOrEqual(brokers);
      for (const operation of candidate.operations) {
        expect(candidate.clients.map(({ name }) => name)).toContain(operation.client);
        if (operation.kind === 'move-leader') expect(operation.broker).toBeLessThanOrEqual(brokers);
      }
      return failsWhen(quickDoubleMove)(candidate);
    });
  });

  test('ids stay, for they are what the draws of a run hang on', () => {
    const [plan] = plansWhere(quickDoubleMove, 1);
    const before = new Map(plan!.operations.map(({ id, kind }) => [id, kind]));
    for (const { id, kind } of minimise(plan!, failsWhen(quickDoubleMove)).plan.operations) {
      expect(before.get(id)).toBe(kind);
    }
  });

  test('does not slip from one failure into another that is easier to have', () => {
    const slippery: Run = (plan) => {
      if (quickDoubleMove(plan)) return { failureClass: 'no-loss/lost-write' };
      return plan.operations.length < 40 ? { failureClass: 'committed-reads/dirty-read' } : null;
    };
    const [plan] = plansWhere(quickDoubleMove, 1);
    const { failure, to } = minimise(plan!, slippery);
    expect(failure.failureClass).toBe('no-loss/lost-write');
    expect(to).toEqual({ operations: 3, faults: 1 });
  });

  test('things that only go together are taken away together', () => {
    /** An odd number of sends, at least one, and a crash: no single send can go. */
    const odd = (plan: Plan) =>
      sends(plan).length % 2 === 1 && plan.faults.some(({ kind }) => kind === 'crash');
    for (const plan of plansWhere((plan) => odd(plan) && sends(plan).length > 20, 3)) {
      expect(minimise(plan, failsWhen(odd)).to).toEqual({ operations: 1, faults: 1 });
    }
  });

  test('other seeds make a plan small that luck keeps long', () => {
    /** With fewer sends it takes more luck: a bug behind a race. */
    const race = (plan: Plan) => {
      const luck = (seedFrom(plan.seed + JSON.stringify(plan.operations.map(({ id }) => id))) >>> 0) % 16;
      return moves(plan).length > 0 && (sends(plan).length > 20 || luck < 3);
    };
    const lengths = plansWhere(race, 10).map((plan) => minimise(plan, failsWhen(race)).to.operations);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2);
  });

  test('what a person chose is not taken back', () => {
    const plan = generatePlan('pinned', 1, { configuration: { acks: '1', 'default.replication.factor': 3 } });
    const smallest = minimise(
      plan,
      failsWhen(() => true),
      { pinned: ['acks', 'default.replication.factor'] },
    ).plan;
    expect(smallest.configuration).toEqual({
      acks: '1',
      'default.replication.factor': 3,
      'min.insync.replicas': 2,
    });
    expect(smallest.cluster.brokers).toBe(3);
    expect(smallest.operations).toEqual([]);
  });

  test('a broker takes along what was about it, and the others move up', () => {
    const crashOf = (name: string) => (plan: Plan) =>
      plan.faults.some((f) => f.kind === 'crash' && f.node === name);
    const plan = plansWhere((each) => crashOf('broker-3')(each) && crashOf('broker-1')(each), 1)[0]!;
    const anyCrash = (each: Plan) =>
      each.faults.some((f) => f.kind === 'crash' && f.node.startsWith('broker-'));
    const smallest = minimise(plan, failsWhen(anyCrash)).plan;
    expect(smallest.cluster.brokers).toBe(1);
    expect(smallest.configuration['default.replication.factor']).toBe(1);
    expect(smallest.faults).toEqual([
      expect.objectContaining({ node: 'broker-1', at: { ms: 0 }, restartAfterMs: null }),
    ]);
  });

  test('numbers become round, and no smaller than the failure needs', () => {
    const long = (plan: Plan) => plan.faults.some((f) => f.kind === 'pause' && f.forMs >= 700);
    const plan = plansWhere(long, 1)[0]!;
    const [fault] = minimise(plan, failsWhen(long)).plan.faults;
    expect(fault).toMatchObject({
      kind: 'pause',
      forMs: expect.toSatisfy((ms: number) => ms >= 700 && ms <= 1_000),
    });
  });

  test('what comes after the failure goes with one run', () => {
    const plan = generatePlan('late', 1);
    const half = plan.operations[plan.operations.length >> 1]!.atMs;
    let second: Plan | undefined;
    let runs = 0;
    minimise(
      plan,
      (candidate) => {
        if (++runs === 2) second = candidate;
        return { failureClass: 'b', atMs: half };
      },
      { maxRuns: 10 },
    );
    expect(second?.operations.every(({ atMs }) => atMs <= half)).toBe(true);
  });

  test('is deterministic, and never runs the same plan twice', () => {
    const [plan] = plansWhere(quickDoubleMove, 1);
    const log = () => {
      const tried: string[] = [];
      minimise(plan!, (candidate) => {
        tried.push(JSON.stringify(candidate));
        return failsWhen(quickDoubleMove)(candidate);
      });
      return tried;
    };
    const tried = log();
    expect(new Set(tried).size).toBe(tried.length);
    expect(log()).toEqual(tried);
  });

  test('what comes out does not depend on how many candidates are looked at ahead of their turn', () => {
    const [plan] = plansWhere(quickDoubleMove, 1);
    const run = failsWhen(quickDoubleMove);
    const runnerOf = (batchSize: number): PlanRunner => ({ batchSize, runAll: (plans) => plans.map(run) });
    const [one, ...others] = [1, 2, 7, 100].map((batchSize) =>
      minimise(plan!, run, { runner: runnerOf(batchSize), maxRuns: 400 }),
    );
    for (const other of others) expect(other).toEqual(one);
  });

  test('other failures that it meets are kept, one a kind', () => {
    const [plan] = plansWhere(quickDoubleMove, 1);
    const { others } = minimise(plan!, (candidate) => {
      if (quickDoubleMove(candidate)) return { failureClass: 'b' };
      return candidate.operations.length < 40 ? { failureClass: 'another' } : null;
    });
    expect(others.map(({ failureClass }) => failureClass)).toEqual(['another']);
    expect(others[0]!.plan.operations.length).toBeLessThan(40);
  });

  test('stops when runs or time run out, with the smallest plan so far', () => {
    const [plan] = plansWhere(quickDoubleMove, 1);
    let runs = 0;
    const counted: Run = (candidate) => {
      runs++;
      return failsWhen(quickDoubleMove)(candidate);
    };
    const few = minimise(plan!, counted, { maxRuns: 25 });
    expect(few.runs).toBe(25);
    expect(runs).toBe(25);
    expect(few.ended).toBe('runs');
    expect(few.to.operations).toBeLessThan(few.from.operations);

    runs = 0;
    const short = minimise(plan!, counted, { budgetMs: 100, now: () => runs * 3 });
    expect(short.ended).toBe('time');
    expect(short.runs).toBeLessThan(36);
    expect(short.seconds).toBeCloseTo(0.1, 1);
  });

  test('says what it did', () => {
    const [plan] = plansWhere(quickDoubleMove, 1);
    const progress: string[] = [];
    const done = minimise(plan!, failsWhen(quickDoubleMove), {
      onProgress: ({ pass }) => progress.push(pass),
    });
    expect(done.sentence).toMatch(/^From \d+ operations and \d+ faults? to 3 and 1, in \d+ runs\.$/);
    expect(progress).toContain('drop operations');
  });

  test('a plan that does not fail cannot be minimised', () => {
    expect(() => minimise(generatePlan('fine', 1), () => null)).toThrow('does not fail');
  });
});
