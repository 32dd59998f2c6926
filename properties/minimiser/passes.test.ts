/**
 * Why each pass is there: a plan that all passes before it, tried until they find nothing more, leave as it is,
 * and that it makes smaller. Without the pass the plan would stay so.
 */
import { describe, expect, test } from 'vitest';

import { type Client, type Fault, type Operation, type Plan, planSchema } from '../../impl/plan/plan.ts';
import { traceOf } from './failure-of.ts';
import { PASSES } from './minimise.ts';
import { driveSearch, inlineRunner } from './plan-runner.ts';
import { Search } from './search.ts';

const send = (id: number, atMs: number): Operation => ({
  ...{ id, atMs, kind: 'send', client: 'producer-1', topic: 'orders', partition: 0, key: null },
});
const sends = (count: number): Operation[] => Array.from({ length: count }, (_, id) => send(id, 100 * id));
const ADMIN: Client = { kind: 'admin', name: 'admin-1' };
const deleteRecords = (id: number, atMs: number, beforeOffset: number): Operation => ({
  ...{ id, atMs, kind: 'delete-records', client: 'admin-1', topic: 'orders', partition: 0, beforeOffset },
});
const pause = (id: number, ms: number, node = 'broker-1'): Fault => ({
  ...{ id, at: { ms }, kind: 'pause', node, forMs: 10 },
});
const crash = (id: number, ms: number, node = 'broker-1'): Fault => ({
  ...{ id, at: { ms }, kind: 'crash', node, restartAfterMs: null },
});

/** The plainest plan. */
const PLAIN: Plan = planSchema.parse({
  ...{ format: 'kafka-crucible/plan', version: 1, seed: 'passes', expect: [], defects: [] },
  cluster: { brokers: 2, controllers: 1 },
  configuration: { 'default.replication.factor': 2 },
  topics: [{ name: 'orders', partitions: 1, replicationFactor: null }],
  clients: [{ kind: 'producer', name: 'producer-1' }],
  operations: [],
  faults: [],
  schedule: { latency: { model: 'uniform', minUs: 1_000, maxUs: 1_000 }, slowPair: null },
  overrides: [],
});

const idsOf = ({ operations, faults }: Plan): number[] => [...operations, ...faults].map(({ id }) => id);
const has = (plan: Plan, ...ids: number[]): boolean => ids.every((id) => idsOf(plan).includes(id));
const allOrNone = (plan: Plan, ...ids: number[]): boolean =>
  new Set(ids.map((id) => idsOf(plan).includes(id))).size === 1;
const timesOf = ({ operations }: Plan): number[] => operations.map(({ atMs }) => atMs);

interface Case {
  readonly plan: Plan;
  /** Whether a plan fails as the first one does. */
  readonly fails: (plan: Plan) => boolean;
  /** Returns what is smaller in the resulting plan. */
  readonly becomes: { readonly [Field in keyof Plan]?: unknown };
}

const CASES: Readonly<Record<string, Case>> = {
  'drop the events after the failure': {
    plan: { ...PLAIN, operations: sends(30) },
    fails: (plan) => has(plan, 0, 1, 2) && plan.operations.length % 15 < 9,
    becomes: { operations: sends(4).slice(0, 3) },
  },
  'drop faults': {
    plan: { ...PLAIN, operations: sends(3), faults: [crash(11, 0), pause(12, 0)] },
    fails: (plan) => has(plan, 0, 1, 2, 12),
    becomes: { faults: [pause(12, 0)] },
  },
  'drop operations': {
    plan: { ...PLAIN, operations: sends(3) },
    fails: (plan) => has(plan, 0, 2),
    becomes: { operations: [send(0, 0), send(2, 200)] },
  },
  'drop related events': {
    plan: { ...PLAIN, faults: [crash(1, 0), pause(2, 10), crash(3, 20), pause(4, 30)] },
    fails: (plan) => has(plan, 1, 3) && allOrNone(plan, 2, 4),
    becomes: { faults: [crash(1, 0), crash(3, 20)] },
  },
  'drop stretches of time': {
    plan: { ...PLAIN, operations: sends(5), faults: [crash(11, 210), pause(12, 220, 'broker-2')] },
    fails: (plan) => has(plan, 0, 1, 4) && allOrNone(plan, 2, 11, 12, 3),
    becomes: { operations: [send(0, 0), send(1, 100), send(4, 400)], faults: [] },
  },
  'drop pairs': {
    plan: { ...PLAIN, operations: sends(6), faults: [crash(11, 410)] },
    fails: (plan) => has(plan, 0, 2, 3, 4, 5) && allOrNone(plan, 1, 11),
    becomes: { operations: [0, 2, 3, 4, 5].map((id) => send(id, 100 * id)), faults: [] },
  },
  'drop clients': {
    plan: { ...PLAIN, clients: [...PLAIN.clients, { kind: 'admin', name: 'admin-1' }] },
    fails: () => true,
    becomes: { clients: [] },
  },
  'drop topics and partitions': {
    plan: { ...PLAIN, topics: [...PLAIN.topics, { name: 'more', partitions: 2, replicationFactor: null }] },
    fails: ({ topics }) => topics.length > 0,
    becomes: { topics: [expect.objectContaining({ partitions: 1 })] },
  },
  'drop controllers': {
    plan: { ...PLAIN, cluster: { brokers: 2, controllers: 3 } },
    fails: () => true,
    becomes: { cluster: { brokers: 2, controllers: 1 } },
  },
  'separate controllers from brokers': {
    plan: { ...PLAIN, cluster: { brokers: 3, controllers: 3, combined: true } },
    fails: ({ cluster }) => cluster.controllers === 3,
    becomes: { cluster: { brokers: 3, controllers: 3 } },
  },
  'drop brokers': {
    plan: PLAIN,
    fails: () => true,
    becomes: { cluster: { brokers: 1, controllers: 1 } },
  },
  'drop racks': {
    plan: { ...PLAIN, cluster: { brokers: 2, controllers: 1, racks: ['a', 'b'] } },
    fails: ({ cluster }) => cluster.brokers === 2,
    becomes: { cluster: { brokers: 2, controllers: 1 } },
  },
  'drop log directories': {
    plan: { ...PLAIN, cluster: { brokers: 2, controllers: 1, logDirs: 2 } },
    fails: ({ cluster }) => cluster.brokers === 2,
    becomes: { cluster: { brokers: 2, controllers: 1 } },
  },
  'drop overridden decisions': {
    plan: {
      ...PLAIN,
      overrides: [1, 2, 3].map((nth) => ({ message: `0000000${nth}`, latencyUs: 9_000 })),
    },
    fails: ({ overrides }) => overrides.some(({ message }) => message === '00000002'),
    becomes: { overrides: [{ message: '00000002', latencyUs: 9_000 }] },
  },
  'bring all nodes back': {
    plan: { ...PLAIN, outsideCore: ['broker-2'] },
    fails: ({ cluster }) => cluster.brokers === 2,
    becomes: { outsideCore: undefined },
  },
  'drop configuration overrides': {
    plan: { ...PLAIN, configuration: { ...PLAIN.configuration, acks: '1', 'linger.ms': 7 } },
    fails: ({ configuration }) => configuration['acks'] === '1',
    becomes: { configuration: { 'default.replication.factor': 1, acks: '1' } },
  },
  'lower the limits of sequences and epochs': {
    plan: {
      ...PLAIN,
      configuration: {
        ...PLAIN.configuration,
        'crucible.max.sequence': 40,
        'max.in.flight.requests.per.connection': 1,
      },
    },
    fails: ({ configuration }) =>
      Number(configuration['crucible.max.sequence']) >= 9 &&
      configuration['max.in.flight.requests.per.connection'] === 1,
    becomes: { configuration: expect.objectContaining({ 'crucible.max.sequence': 9 }) },
  },
  'drop records that are counted': {
    plan: {
      ...PLAIN,
      clients: [...PLAIN.clients, ADMIN],
      operations: [...sends(9), deleteRecords(9, 900, 9), send(10, 1_000)],
    },
    // As many records as are there are deleted, of what may be any number.
    fails: ({ operations }) =>
      operations.findIndex(
        (operation, index) => operation.kind === 'delete-records' && operation.beforeOffset === index,
      ) > 0 && operations.at(-1)?.kind === 'send',
    becomes: { operations: [send(8, 800), deleteRecords(9, 900, 1), send(10, 1_000)] },
  },
  'give all messages one latency': {
    plan: {
      ...PLAIN,
      schedule: {
        latency: { model: 'uniform', minUs: 200, maxUs: 9_000 },
        slowPair: { from: 'broker-1', to: 'broker-2', extraUs: 7 },
        strategy: { kind: 'receiver-priorities', roundUs: 5_000, waitPerMille: 100 },
      },
    },
    fails: () => true,
    becomes: { schedule: PLAIN.schedule },
  },
  'delay only the messages that matter': {
    plan: {
      ...PLAIN,
      operations: [send(0, 0)],
      schedule: { latency: { model: 'uniform', minUs: 200, maxUs: 9_000 }, slowPair: null },
    },
    fails: ({ schedule, overrides, operations }) =>
      operations.length === 1 && (schedule.latency.maxUs > 1_000 || overrides.length > 0),
    becomes: { schedule: PLAIN.schedule, overrides: [expect.anything()] },
  },
  'put events at equal distances': {
    plan: { ...PLAIN, operations: [send(0, 7), send(1, 993), send(2, 5_021)] },
    fails: (plan) => has(plan, 0, 1, 2) && new Set(timesOf(plan)).size === 3,
    becomes: { operations: [send(0, 0), send(1, 10), send(2, 20)] },
  },
  'simplify faults': {
    plan: {
      ...PLAIN,
      faults: [{ id: 1, at: { ms: 0 }, kind: 'power-loss', node: 'broker-1', restartAfterMs: null }],
    },
    fails: (plan) => has(plan, 1),
    becomes: { faults: [crash(1, 0)] },
  },
  'trigger faults by probes': {
    plan: { ...PLAIN, operations: [send(0, 240)], faults: [crash(1, 252, 'broker-2')] },
    fails: (plan) =>
      has(plan, 0, 1) &&
      timesOf(plan)[0] === 240 &&
      plan.faults.every(({ at }) => 'probe' in at || at.ms === 252),
    becomes: { faults: [expect.objectContaining({ at: expect.objectContaining({ plusMs: 0 }) })] },
  },
  'shorten gaps': {
    plan: { ...PLAIN, operations: [send(0, 0), send(1, 90)] },
    fails: (plan) => has(plan, 0, 1) && timesOf(plan)[1]! - timesOf(plan)[0]! >= 37,
    becomes: { operations: [send(0, 0), send(1, 50)] },
  },
  'simplify operations': {
    plan: { ...PLAIN, operations: [{ ...send(0, 0), kind: 'send', key: 'a key' } as Operation] },
    fails: (plan) => has(plan, 0),
    becomes: { operations: [send(0, 0)] },
  },
  'simplify assignments': {
    plan: {
      ...PLAIN,
      clients: [
        {
          kind: 'consumer',
          name: 'consumer-1',
          assign: [{ topic: 'orders', partition: 0, position: 'latest' }],
        },
      ],
    },
    fails: ({ clients, topics }) => clients.length === 1 && topics.length === 1,
    becomes: { clients: [expect.objectContaining({ assign: [] })] },
  },
};

/** Returns the plan that is left when all passes before this one find nothing more, and then what this one leaves. */
function beforeAndAfter(name: string, { plan, fails }: Case): readonly [Plan, Plan] {
  const runner = inlineRunner((each) => (fails(each) ? { failureClass: 'b', atMs: 350 } : null));
  const limits = { maxRuns: 20_000, cutShort: () => null };
  const search = new Search(plan, { failureClass: 'b', atMs: 350 }, runner, [], limits, traceOf);
  const index = PASSES.findIndex((pass) => pass.name === name);
  const earlier = PASSES.slice(0, index);
  for (let last: Plan | null = null; last !== search.plan;) {
    last = search.plan;
    for (const pass of earlier) driveSearch(pass.run(search, 1), runner);
  }
  const before = search.plan;
  driveSearch(PASSES[index]!.run(search, 1), runner);
  return [before, search.plan];
}

describe('a plan that all passes before it leave as it is, and that it makes smaller, has', () => {
  test.each(PASSES.map(({ name }) => name))('%s', (name) => {
    const example = CASES[name];
    if (example === undefined) throw new Error(`there is no case for the pass ${JSON.stringify(name)}`);
    const [before, after] = beforeAndAfter(name, example);
    expect(after).not.toBe(before);
    const inView = (plan: Plan) =>
      Object.fromEntries(Object.entries(plan).filter(([field]) => Object.hasOwn(example.becomes, field)));
    expect(inView(after)).toEqual(example.becomes);
    expect(inView(before)).not.toEqual(example.becomes);
  });

  test('no pass that is not there', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(PASSES.map(({ name }) => name).toSorted());
  });
});
