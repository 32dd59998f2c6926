import { expect, test } from 'vitest';

import { PLAN_FORMAT, PLAN_VERSION, planSchema } from '../../plan/plan.ts';
import type { Fault, Operation, Plan } from '../../plan/plan.ts';
import type { SimulatedRunResult } from '../../result/run-result.ts';
import { simulate } from './simulate.ts';

const sends = Array.from({ length: 20 }, (_, id): Operation => ({
  kind: 'send',
  id,
  atMs: 300 * id,
  client: 'producer-1',
  topic: 'orders',
  partition: 0,
  key: null,
}));

/** Three nodes, each a broker and a controller, and a send every 300 ms for six seconds. */
function planOf(faults: readonly Fault[], cluster: Partial<Plan['cluster']> = {}): Plan {
  return planSchema.parse({
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed: 'combined',
    cluster: { brokers: 3, controllers: 3, combined: true, ...cluster },
    configuration: {
      'min.insync.replicas': 2,
      'default.replication.factor': 3,
      'broker.session.timeout.ms': 2000,
      'broker.heartbeat.interval.ms': 400,
    },
    expect: [],
    defects: [],
    topics: [{ name: 'orders', partitions: 1, replicationFactor: null }],
    clients: [{ kind: 'producer', name: 'producer-1' }],
    operations: sends,
    faults,
    schedule: { latency: { model: 'uniform', minUs: 500, maxUs: 2000 }, slowPair: null },
    overrides: [],
  });
}

const down = (kind: 'crash' | 'power-loss' | 'shutdown', node: string): Fault => ({
  id: 1,
  at: { ms: 1000 },
  kind,
  node,
  restartAfterMs: 4000,
});

/** Each request sent, as `broker-1 Fetch`. */
function asked({ trace }: SimulatedRunResult): readonly string[] {
  const sent = trace?.entries.flatMap((entry) =>
    entry.kind === 'message-sent' && entry.type === 'request' ? [`${entry.from} ${entry.api}`] : [],
  );
  return [...new Set(sent)].toSorted();
}

/** The node whose controller decides: brokers send their heartbeats there. */
function activeNode({ trace }: SimulatedRunResult): string {
  const told = trace?.entries.flatMap((entry) =>
    entry.kind === 'message-sent' && entry.api === 'BrokerHeartbeat' && entry.type === 'request'
      ? [entry.to]
      : [],
  );
  return told?.at(-1) ?? '';
}

test('a node is one host: there are three, which vote, and serve clients', () => {
  const result = simulate(planOf([]), { trace: true });
  expect(result.verdict).toBe('passed');
  expect(result.trace?.nodes.filter(({ role }) => role !== 'client').map(({ name }) => name)).toEqual([
    'broker-1',
    'broker-2',
    'broker-3',
  ]);
  expect(asked(result).filter((request) => request.endsWith(' FetchQuorum'))).toHaveLength(2);
});

test('the broker beside a voter reads that voter’s log, and fetches none; one without a voter does', () => {
  const observers = (cluster: Partial<Plan['cluster']>): readonly string[] =>
    asked(simulate(planOf([], cluster), { trace: true })).filter((request) =>
      request.endsWith(' FetchMetadata'),
    );
  expect(observers({})).toEqual([]);
  expect(observers({ controllers: 1 })).toEqual(['broker-2 FetchMetadata', 'broker-3 FetchMetadata']);
});

test.each(['crash', 'power-loss', 'shutdown'] as const)(
  'a %s takes both: the controller is deposed, and the partition finds another leader',
  (kind) => {
    const node = activeNode(simulate(planOf([]), { trace: true }));
    const result = simulate(planOf([down(kind, node)]));
    expect(result.verdict).toBe('passed');
    expect(result.probes['controller-activated']).toBeGreaterThan(1);
    expect(result.probes['broker-fenced']).toBeGreaterThan(0);
  },
);

test('the broker’s clean-up of its disk leaves the metadata log alone', () => {
  const result = simulate(planOf([down('crash', 'broker-1'), { ...down('crash', 'broker-2'), id: 2 }]));
  expect(result.violations).toEqual([]);
});
