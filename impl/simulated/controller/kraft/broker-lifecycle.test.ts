import { expect, test } from 'vitest';

import { type Plan, PLAN_FORMAT, PLAN_VERSION } from '../../../plan/plan.ts';
import { simulate } from '../../run/simulate.ts';

const SHUTDOWN_MS = 1_300;

const plan: Plan = {
  format: PLAN_FORMAT,
  version: PLAN_VERSION,
  seed: 'a broker takes its leave',
  cluster: { brokers: 2, controllers: 1 },
  configuration: { 'broker.heartbeat.interval.ms': 2_000 },
  expect: [],
  defects: [],
  topics: [{ name: 'orders', partitions: 1, replicationFactor: 2 }],
  clients: [],
  operations: [],
  faults: [{ id: 1, kind: 'shutdown', node: 'broker-1', at: { ms: SHUTDOWN_MS }, restartAfterMs: 10_000 }],
  schedule: { latency: { model: 'uniform', minUs: 200, maxUs: 2_000 }, slowPair: null },
  overrides: [],
};

test('a broker in controlled shutdown sends a heartbeat at once', () => {
  const { trace } = simulate(plan, { trace: true });
  const toldUs = (trace?.workloadStartUs ?? 0) + SHUTDOWN_MS * 1000;
  const heartbeats = (trace?.entries ?? []).filter(
    (entry) => entry.kind === 'message-sent' && entry.from === 'broker-1' && entry.api === 'BrokerHeartbeat',
  );
  expect(heartbeats.map(({ timeUs }) => timeUs)).toContain(toldUs);
});
