import { describe, expect, test } from 'vitest';

import { PLAN_FORMAT, PLAN_VERSION } from '../../plan/plan.ts';
import type { Fault, Plan } from '../../plan/plan.ts';
import { simulate } from './simulate.ts';

/** Three brokers with short sessions, one partition, and a record each of the given milliseconds. */
function story(
  faults: readonly Fault[],
  change: Partial<Plan> = {},
  sendsAtMs: readonly number[] = [100, 700],
): Plan {
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed: 'progress',
    cluster: { brokers: 3, controllers: 1 },
    configuration: {
      'default.replication.factor': 3,
      'min.insync.replicas': 2,
      'broker.session.timeout.ms': 1000,
      'broker.heartbeat.interval.ms': 200,
      'replica.lag.time.max.ms': 1000,
    },
    expect: [],
    defects: [],
    topics: [{ name: 'orders', partitions: 1, replicationFactor: null }],
    clients: [{ kind: 'producer', name: 'producer-1' }],
    operations: sendsAtMs.map((atMs, id) => ({
      id,
      atMs,
      client: 'producer-1',
      kind: 'send',
      topic: 'orders',
      partition: 0,
      key: null,
    })),
    faults: [...faults],
    schedule: { latency: { model: 'uniform', minUs: 1000, maxUs: 1000 }, slowPair: null },
    overrides: [],
    ...change,
  };
}

const allCrash: readonly Fault[] = [1, 2, 3].map((broker) => ({
  id: broker,
  at: { ms: 500 },
  kind: 'crash',
  node: `broker-${broker}`,
  restartAfterMs: null,
}));

const brokerThreeDies: Fault = {
  id: 1,
  at: { ms: 50 },
  kind: 'crash',
  node: 'broker-3',
  restartAfterMs: null,
};

describe('a cluster comes to rest', () => {
  test('when everything that was down is started again', () => {
    expect(simulate(story(allCrash)).violations).toEqual([]);
  });

  test('without a broker that is not needed and stays down for good', () => {
    const result = simulate(story([brokerThreeDies], { outsideCore: ['broker-3'] }), { history: true });
    expect(result.violations).toEqual([]);
    const started = result.history?.some(
      (event) => event.type === 'cluster' && event.f === 'start' && event.node === 'broker-3',
    );
    expect(started).toBe(false);
  });

  test('with a broker that was to stay away, when the others are not enough', () => {
    const faults = allCrash.slice(1);
    const result = simulate(story(faults, { outsideCore: ['broker-2', 'broker-3'] }), { history: true });
    expect(result.violations).toEqual([]);
    expect(result.history?.filter((event) => event.type === 'cluster' && event.f === 'start')).toHaveLength(
      2,
    );
  });

  test('with a broker cut off for good', () => {
    const cut: Fault = {
      id: 1,
      at: { ms: 50 },
      kind: 'partition',
      side: ['broker-3'],
      other: ['controller-1'],
      direction: 'both',
      effect: 'hold',
      forMs: 60_000,
    };
    const faults: Fault[] = [
      cut,
      { ...brokerThreeDies, id: 2, at: { ms: 59_000 }, node: 'broker-2', restartAfterMs: 0 },
    ];
    expect(simulate(story(faults, { outsideCore: ['broker-3'] })).violations).toEqual([]);
  });
});

describe('a partition that is elected while it is moved away from a replica that is gone for good', () => {
  const configuration = { ...story([]).configuration, 'min.insync.replicas': 1 };
  const move = (...replicas: readonly number[]): Partial<Plan> => ({
    cluster: { brokers: 2, controllers: 1 },
    configuration: { ...configuration, 'default.replication.factor': 2 },
    clients: [{ kind: 'admin', name: 'admin-1' }],
    operations: [
      {
        ...{ id: 1, atMs: 4_000, client: 'admin-1', kind: 'reassign' },
        ...{ topic: 'orders', partition: 0, replicas: [...replicas] },
      },
    ],
  });
  const faults: readonly Fault[] = [
    { id: 1, at: { ms: 50 }, kind: 'crash', node: 'broker-1', restartAfterMs: null },
    { id: 2, at: { ms: 2_500 }, kind: 'pause', node: 'broker-2', forMs: 3_000 },
  ];

  test('goes on being moved: Kafka completes a move before it elects, and nothing changes any more', () => {
    const result = simulate(story(faults, { ...move(2), outsideCore: ['broker-1'] }));
    expect(result.violations).toEqual([]);
    expect(result.probes['reassignment-completed']).toBeUndefined();
  });

  test('has been moved when that replica comes back', () => {
    const result = simulate(story(faults, move(2)));
    expect(result.violations).toEqual([]);
    expect(result.probes['reassignment-completed']).toBe(1);
  });
});

describe('what does not come to rest is named, with what is known of why', () => {
  test('a partition that nobody may lead', () => {
    const { violations } = simulate(story(allCrash, { defects: ['isr_may_become_empty'] }));
    expect(violations).toEqual([expect.objectContaining({ guarantee: 'progress', anomaly: 'no-leader' })]);
    expect(violations[0]?.sentence).toContain('orders-0 still has no leader (in-sync replicas none');
  });

  test('a client that asks for a deleted topic for ever', () => {
    const admin = { client: 'admin-1', topic: 'orders' } as const;
    const plan = story(
      [],
      {
        configuration: { ...story([]).configuration, 'enable.idempotence': false },
        defects: ['fetch_by_topic_name_after_recreate'],
        clients: [
          { kind: 'producer', name: 'producer-1' },
          { kind: 'admin', name: 'admin-1' },
        ],
        operations: [
          { ...admin, id: 1, atMs: 0, kind: 'move-leader', partition: 0, broker: 2 },
          { id: 2, atMs: 300, client: 'producer-1', kind: 'send', topic: 'orders', partition: 0, key: null },
          { ...admin, id: 3, atMs: 600, kind: 'delete-topic' },
          { ...admin, id: 4, atMs: 600, kind: 'create-topic', partitions: 1, replicationFactor: 3 },
        ],
      },
      [],
    );
    expect(simulate(plan).violations).toEqual([
      expect.objectContaining({ guarantee: 'progress', anomaly: 'client-metadata-stale' }),
    ]);
    expect(simulate({ ...plan, defects: [] }).violations).toEqual([]);
  });

  test('a consumer that gives every fetch up, where somebody expects that it does not', () => {
    const configuration = { ...story([]).configuration, 'request.timeout.ms': 300, 'fetch.max.wait.ms': 500 };
    const plan = story([], { configuration }, []);
    expect(simulate(plan).violations).toEqual([]);
    expect(simulate({ ...plan, expect: ['progress'] }).violations).toEqual([
      expect.objectContaining({
        anomaly: 'final-read-stuck',
        notPromisedBecause: 'fetch.max.wait.ms=500 is not below request.timeout.ms=300',
      }),
    ]);
  });
});
