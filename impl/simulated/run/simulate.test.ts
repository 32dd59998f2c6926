import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { z } from 'zod';

import { PLAN_FORMAT, PLAN_VERSION, planSchema } from '../../plan/plan.ts';
import type { Fault, Operation, Plan } from '../../plan/plan.ts';
import { simulate } from './simulate.ts';
import { defects } from '../defects/index.ts';

// Plans.

const SENDS = 30;

/** A plan of one topic: `SENDS` sends in one and a half seconds, some polls meanwhile, and whatever is added. */
function planOf(title: string, change: Partial<Plan> = {}): Plan {
  const sends: Operation[] = Array.from({ length: SENDS }, (_, i) => ({
    kind: 'send',
    id: i,
    atMs: 50 * i,
    client: `producer-${1 + (i % 2)}`,
    topic: 'orders',
    partition: i % 3 === 0 ? 0 : null,
    key: i % 3 === 1 ? `key-${i % 5}` : null,
  }));
  const polls: Operation[] = Array.from({ length: 4 }, (_, i) => ({
    kind: 'poll',
    id: 100 + i,
    atMs: 400 * i,
    client: 'consumer-1',
    timeoutMs: 300,
  }));
  return planSchema.parse({
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed: title,
    title,
    cluster: { brokers: 3, controllers: 1 },
    configuration: { 'min.insync.replicas': 2, 'default.replication.factor': 3, ...QUICK },
    expect: [],
    defects: [],
    topics: [{ name: 'orders', partitions: 2, replicationFactor: null }],
    clients: [
      { kind: 'producer', name: 'producer-1' },
      { kind: 'producer', name: 'producer-2' },
      {
        kind: 'consumer',
        name: 'consumer-1',
        assign: [0, 1].map((partition) => ({ topic: 'orders', partition, position: 'earliest' })),
      },
      { kind: 'admin', name: 'admin-1' },
    ],
    operations: [...sends, ...polls],
    faults: [],
    schedule: { latency: { model: 'uniform', minUs: 200, maxUs: 3000 }, slowPair: null },
    overrides: [],
    ...change,
  });
}

/** Sessions and timeouts short enough for a fault to have all its consequences in a small plan. */
const QUICK = {
  'broker.session.timeout.ms': 1500,
  'broker.heartbeat.interval.ms': 300,
  'replica.lag.time.max.ms': 2000,
  'request.timeout.ms': 2000,
  'delivery.timeout.ms': 15_000,
};

const after = (ms: number) => ({ ms });

/** Each kind of fault, alone. Not one of them, alone, is an excuse to lose anything. */
const FAULTS: Readonly<Record<string, Fault>> = {
  crash: { kind: 'crash', id: 1, at: after(400), node: 'broker-1', restartAfterMs: 300 },
  'crash until the end': { kind: 'crash', id: 1, at: after(400), node: 'broker-2', restartAfterMs: null },
  'crash of the controller': {
    kind: 'crash',
    id: 1,
    at: after(400),
    node: 'controller-1',
    restartAfterMs: 500,
  },
  'power-loss': { kind: 'power-loss', id: 1, at: after(700), node: 'broker-1', restartAfterMs: 500 },
  'disk-loss': { kind: 'disk-loss', id: 1, at: after(700), node: 'broker-2', restartAfterMs: 500 },
  'file-loss': {
    kind: 'file-loss',
    id: 1,
    at: after(700),
    node: 'broker-2',
    file: 'leader-epoch-checkpoint',
    restartAfterMs: 500,
  },
  'disk-error': {
    kind: 'disk-error',
    id: 1,
    at: after(700),
    node: 'broker-2',
    error: 'every-write',
    restartAfterMs: 2500,
  },
  shutdown: { kind: 'shutdown', id: 1, at: after(400), node: 'broker-1', restartAfterMs: 2000 },
  pause: { kind: 'pause', id: 1, at: after(300), node: 'broker-1', forMs: 2500 },
  'pause of a client': { kind: 'pause', id: 1, at: after(300), node: 'producer-1', forMs: 2500 },
  partition: {
    kind: 'partition',
    id: 1,
    at: after(300),
    side: ['broker-1'],
    other: ['broker-2', 'broker-3', 'controller-1'],
    direction: 'both',
    effect: 'lose',
    forMs: 4000,
  },
  'one-way partition': {
    kind: 'partition',
    id: 1,
    at: after(300),
    side: ['broker-1', 'producer-1'],
    other: ['broker-2', 'broker-3'],
    direction: 'side-to-other',
    effect: 'lose',
    forMs: 3000,
  },
  'partition that holds': {
    kind: 'partition',
    id: 1,
    at: after(300),
    side: ['broker-2', 'consumer-1'],
    other: ['broker-1', 'controller-1'],
    direction: 'both',
    effect: 'hold',
    forMs: 3000,
  },
  'lost request': {
    kind: 'message',
    id: 1,
    at: after(200),
    effect: 'lose',
    from: 'broker-2',
    to: 'broker-1',
    api: 'Fetch',
    type: 'request',
    delayMs: 0,
  },
  'lost response': {
    kind: 'message',
    id: 1,
    at: after(200),
    effect: 'lose',
    from: 'broker-1',
    to: 'broker-2',
    api: 'Fetch',
    type: 'response',
    delayMs: 0,
  },
  'late message': {
    kind: 'message',
    id: 1,
    at: after(200),
    effect: 'delay',
    from: 'broker-3',
    to: 'broker-1',
    api: 'Fetch',
    type: 'request',
    delayMs: 1500,
  },
  'break-connections': {
    kind: 'break-connections',
    id: 1,
    at: after(333),
    from: 'producer-1',
    to: 'broker-1',
  },
  'slow-link': {
    kind: 'slow-link',
    id: 1,
    at: after(100),
    from: 'broker-2',
    to: 'broker-1',
    extraMs: 400,
    forMs: 3000,
  },
  clock: {
    kind: 'clock',
    id: 1,
    at: after(100),
    node: 'broker-1',
    jumpMs: 90_000,
    driftPpm: -100_000,
    forMs: 2000,
  },
};

const HISTORY_OF: Readonly<Record<Fault['kind'], readonly string[]>> = {
  crash: ['crash', 'start'],
  'power-loss': ['power-loss', 'start'],
  'disk-loss': ['disk-loss', 'start'],
  'file-loss': ['file-loss', 'start'],
  'disk-error': ['disk-error', 'crash', 'start'],
  shutdown: ['shutdown', 'start'],
  pause: ['pause', 'resume'],
  partition: ['partition', 'heal'],
  message: ['message-lost', 'message-delayed'],
  'break-connections': ['connection-broken'],
  'slow-link': ['slow-link'],
  clock: ['clock'],
};

function leaderMoves(times: readonly number[]): Operation[] {
  return times.map((atMs, i) => ({
    kind: 'move-leader',
    id: 200 + i,
    atMs,
    client: 'admin-1',
    topic: 'orders',
    partition: i % 2,
    broker: 1 + (i % 3),
  }));
}

/** Plans of different shape. Their hashes are committed: see `golden-hashes.json`. */
const GOLDEN_PLANS: readonly Plan[] = [
  planOf('nothing goes wrong'),
  planOf('a heavy tail', {
    schedule: {
      latency: { model: 'bimodal', minUs: 300, maxUs: 900, tailPerMille: 80, tailFactor: 300 },
      slowPair: { from: 'broker-2', to: 'broker-1', extraUs: 5000 },
    },
  }),
  planOf('leaders move', {
    operations: [...planOf('').operations, ...leaderMoves([100, 350, 600, 850, 1100])],
  }),
  planOf('crash after crash', {
    faults: [1, 2, 3].map((broker) => ({
      kind: 'crash',
      id: broker,
      at: after(200 * broker),
      node: `broker-${broker}`,
      restartAfterMs: 900,
    })),
  }),
  planOf('the power fails', { faults: [FAULTS['power-loss']!] }),
  planOf('a disk is lost', { faults: [FAULTS['disk-loss']!] }),
  planOf('the old leader is cut off', { faults: [FAULTS['partition']!, { ...FAULTS['clock']!, id: 2 }] }),
  planOf('a process is paused and a link held', {
    faults: [FAULTS['pause']!, { ...FAULTS['partition that holds']!, id: 2 }],
  }),
  planOf('at a probe', {
    faults: [
      {
        kind: 'crash',
        id: 1,
        at: { probe: 'high-watermark-moved', node: 'broker-1', count: 3, plusMs: 0 },
        node: 'broker-1',
        restartAfterMs: 400,
      },
    ],
  }),
  planOf('one replica, acks=1, a batch a time', {
    cluster: { brokers: 1, controllers: 1 },
    configuration: { acks: '1', 'linger.ms': 0, 'default.replication.factor': 1, ...QUICK },
    faults: [FAULTS['crash']!],
  }),
  planOf('without eligible leader replicas, five brokers', {
    cluster: { brokers: 5, controllers: 1 },
    configuration: {
      'eligible.leader.replicas.version': 0,
      'min.insync.replicas': 2,
      'default.replication.factor': 3,
      ...QUICK,
    },
    faults: [FAULTS['shutdown']!, { ...FAULTS['one-way partition']!, id: 2 }],
  }),
];

const titleOf = (plan: Plan): string => plan.title ?? plan.seed;

// Tests.

test('sends of one payload are records of their own, told apart by the number of the operation', () => {
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
    '%s: twice the same, traced or not',
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

  test('so is another plan with the same seed', () => {
    const [plan] = GOLDEN_PLANS;
    const shorter = { ...plan!, operations: plan!.operations.slice(1) };
    expect(simulate(shorter).hash).not.toBe(simulate(plan!).hash);
  });
});

describe('golden hashes', () => {
  const file = new URL('golden-hashes.json', import.meta.url);
  const committed = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, 'utf8')));

  test.runIf(process.env['UPDATE_GOLDEN'] === '1')('are written anew', () => {
    const hashes = Object.fromEntries(GOLDEN_PLANS.map((plan) => [titleOf(plan), simulate(plan).hash]));
    writeFileSync(file, `${JSON.stringify(hashes, null, 2)}\n`);
  });

  test
    .skipIf(process.env['UPDATE_GOLDEN'] === '1')
    .each(GOLDEN_PLANS.map((plan) => [titleOf(plan), plan] as const))('%s', (title, plan) => {
    const advice =
      `the run of plan "${title}" is not what it was. If the simulation was meant to change, ` +
      'run this test once with UPDATE_GOLDEN=1 and commit golden-hashes.json with the change.';
    expect(simulate(plan).hash, advice).toBe(committed[title]);
  });

  test('there is one for each plan, and none besides', () => {
    expect(Object.keys(committed)).toEqual(GOLDEN_PLANS.map(titleOf));
  });
});

test('another process, time zone, language and hash seed: the same runs', () => {
  const plans = GOLDEN_PLANS.slice(2, 9);
  const program = `
    import { simulate } from './impl/simulated/run/simulate.ts';
    let text = '';
    process.stdin.setEncoding('utf8').on('data', (part) => (text += part));
    process.stdin.on('end', () => console.log(JSON.stringify(JSON.parse(text).map((plan) => simulate(plan).hash))));
  `;
  const flags = [
    '--hash-seed=12345',
    '--random-seed=99',
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    program,
  ];
  const output = execFileSync(process.execPath, flags, {
    cwd: new URL('../../..', import.meta.url),
    input: JSON.stringify(plans),
    encoding: 'utf8',
    env: {
      ...process.env,
      TZ: 'Asia/Kathmandu',
      LANG: 'tr_TR.UTF-8',
      LC_ALL: 'tr_TR.UTF-8',
      NODE_OPTIONS: '',
    },
  });
  expect(JSON.parse(output)).toEqual(plans.map((plan) => simulate(plan).hash));
});

describe('each kind of fault alone leaves a correct cluster', () => {
  test.each(Object.entries(FAULTS))('%s', (name, fault) => {
    let happened = 0;
    for (let seed = 0; seed < 20; seed++) {
      const result = simulate(planOf(`${name} ${seed}`, { faults: [fault] }), { history: true });
      expect(result.violations, `seed "${name} ${seed}"`).toEqual([]);
      expect(result.verdict).toBe('passed');
      const { history = [] } = result;
      const told = history.filter((event) => event.type === 'cluster').map(({ f }) => f);
      if (told.some((f) => HISTORY_OF[fault.kind].includes(f))) happened++;
      const settled = history.filter(
        (event) => event.type !== 'cluster' && event.type !== 'invoke' && event.f === 'send',
      );
      expect(settled).toHaveLength(SENDS);
    }
    expect(happened).toBe(20);
  });

  test('every kind that a plan can have is among them', () => {
    expect(new Set(Object.values(FAULTS).map(({ kind }) => kind))).toEqual(new Set(Object.keys(HISTORY_OF)));
  });
});

describe('corners of replication', () => {
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
    'one replica survives a %s: nothing leaves the page cache',
    (kind) => {
      for (const seed of seeds) {
        const result = simulate(small(`one replica ${kind} ${seed}`, 1, {}, [FAULTS[kind]!]));
        expect(result.violations).toEqual([]);
      }
    },
  );

  test('one replica does not survive a loss of power; the contract says so, and who expects it nevertheless is told', () => {
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

  test('min.insync.replicas above the number of replicas asks for all of them', () => {
    const result = simulate(small('too many asked for', 2, { 'min.insync.replicas': 3 }, []), {
      history: true,
    });
    expect(result.violations).toEqual([]);
    expect(result.history?.filter((event) => event.type === 'ok' && event.f === 'send')).toHaveLength(SENDS);
  });
});

describe('what a run tells', () => {
  const [plan] = GOLDEN_PLANS;

  test('history and trace only to those who ask', () => {
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

  test('every replica leads once in the liveness phase, and everything is read each time', () => {
    const { history = [] } = simulate(plan!, { history: true });
    const readers = new Set(
      history.flatMap((event) =>
        event.type === 'invoke' && event.f === 'poll' && event.final ? [event.process] : [],
      ),
    );
    expect([...readers]).toEqual(['final-reader-1', 'final-reader-2', 'final-reader-3']);
  });

  test('time goes on in a history, and an operation ends after it began', () => {
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

  test('a fault on a host that there is not', () => {
    expect(() =>
      simulate(planOf('', { faults: [{ ...FAULTS['crash']!, node: 'broker-9' } as Fault] })),
    ).toThrow('broker-9');
  });
});

test.each(defects.map(({ slug }) => slug))(
  'with the bug %s a quiet run is still correct: it takes a fault to see it',
  (slug) => {
    expect(simulate(planOf('a quiet run with a bug', { defects: [slug] })).violations).toEqual([]);
  },
);
