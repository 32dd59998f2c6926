/** A run with transactions, to test and to look at reports: one is committed, one aborted, and one is left open until the liveness phase. */
import { PLAN_FORMAT, PLAN_VERSION, type Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { FailureReport } from '../analysis/failure-report.ts';

export const TRANSACTIONAL_ID = 'payments';

function planOfThree(): Plan {
  const client = 'producer-1';
  const send = (id: number, atMs: number): Plan['operations'][number] => ({
    ...{ id, atMs, client, kind: 'send', topic: 'orders', partition: 0, key: null },
  });
  return {
    ...{ format: PLAN_FORMAT, version: PLAN_VERSION, seed: 'three transactions' },
    cluster: { brokers: 3, controllers: 1 },
    configuration: {
      'min.insync.replicas': 2,
      'default.replication.factor': 3,
      'transaction.state.log.num.partitions': 1,
      'offsets.topic.num.partitions': 1,
    },
    ...{ expect: [], defects: [] },
    topics: [{ name: 'orders', partitions: 1, replicationFactor: null }],
    clients: [{ kind: 'producer', name: client, transactionalId: TRANSACTIONAL_ID }],
    operations: [
      { id: 1, atMs: 0, client, kind: 'init-transactions' },
      { id: 2, atMs: 300, client, kind: 'begin-transaction' },
      send(3, 310),
      { id: 4, atMs: 400, client, kind: 'commit-transaction' },
      { id: 5, atMs: 600, client, kind: 'begin-transaction' },
      send(6, 610),
      { id: 7, atMs: 700, client, kind: 'abort-transaction' },
      { id: 8, atMs: 900, client, kind: 'begin-transaction' },
      send(9, 910),
    ],
    faults: [],
    schedule: { latency: { model: 'uniform', minUs: 1000, maxUs: 1000 }, slowPair: null },
    overrides: [],
  };
}

export function transactionalReport(): FailureReport {
  const plan = planOfThree();
  return {
    plan,
    result: simulate(plan, { trace: true, history: true }),
    replayCommand: 'npx kafka-crucible replay plan.json',
    versions: { kafkaCrucible: '0.1.0', node: 'v20.19.4' },
  };
}
