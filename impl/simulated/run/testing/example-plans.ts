/** Small plans on which a run is tested: one topic, two producers, a consumer, and a fault of each kind. */
import type { Fault, Operation, Plan } from '../../../plan/plan.ts';
import { PLAN_FORMAT, PLAN_VERSION, planSchema } from '../../../plan/plan.ts';

export const SENDS = 30;

/** Returns a plan of one topic: `SENDS` sends in one and a half seconds, some polls meanwhile, and the changes given. */
export function planOf(title: string, change: Partial<Plan> = {}): Plan {
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
export const QUICK = {
  'broker.session.timeout.ms': 1500,
  'broker.heartbeat.interval.ms': 300,
  'replica.lag.time.max.ms': 2000,
  'request.timeout.ms': 2000,
  'delivery.timeout.ms': 15_000,
};

export const after = (ms: number) => ({ ms });

/** One fault of each kind. None of them alone excuses a loss of records. */
export const FAULTS: Readonly<Record<string, Fault>> = {
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

/** Plans of different shape. Their hashes are committed: see `../golden-hashes.json`. */
export const GOLDEN_PLANS: readonly Plan[] = [
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

export const titleOf = (plan: Plan): string => plan.title ?? plan.seed;
