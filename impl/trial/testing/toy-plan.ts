import { PLAN_FORMAT, PLAN_VERSION, type Operation, type Plan, planSchema } from '../../plan/plan.ts';

/** A probe rather than a time: four records were appended when it fires, also on a slow machine. */
const FIFTH_APPEND = { probe: 'log-appended', node: 'broker-1', count: 5, plusMs: 0 } as const;

/** Returns a plan that the toy can run: three replicas, five sends, three polls, and a crash of the leader with the fifth append. */
export function toyPlan(): Plan {
  const sends = Array.from({ length: 5 }, (_, id): Operation => ({
    ...{ id, atMs: 20 * id, kind: 'send', client: 'producer-1', topic: 'orders', partition: 0, key: null },
  }));
  const polls = Array.from({ length: 3 }, (_, i): Operation => ({
    ...{ id: 10 + i, atMs: 30 * i, kind: 'poll', client: 'consumer-1', timeoutMs: 10 },
  }));
  return planSchema.parse({
    ...{ format: PLAN_FORMAT, version: PLAN_VERSION, seed: 'toy', expect: [], defects: [] },
    cluster: { brokers: 3, controllers: 1 },
    configuration: { 'default.replication.factor': 3, 'min.insync.replicas': 2 },
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
    clients: [
      { kind: 'producer', name: 'producer-1' },
      {
        kind: 'consumer',
        name: 'consumer-1',
        assign: [{ topic: 'orders', partition: 0, position: 'earliest' }],
      },
    ],
    operations: [...sends, ...polls],
    faults: [{ id: 1, at: FIFTH_APPEND, kind: 'crash', node: 'broker-1', restartAfterMs: 10 }],
    schedule: { latency: { model: 'uniform', minUs: 1_000, maxUs: 1_000 }, slowPair: null },
    overrides: [],
  });
}
