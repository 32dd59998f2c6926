import { expect, test } from 'vitest';

import { PLAN_FORMAT, PLAN_VERSION, type Plan } from '../../plan/plan.ts';
import { simulate } from '../run/simulate.ts';
import type { TraceEntry } from '../../trace/trace.ts';

/** One producer without a transactional id sends; another commits a transaction. */
const plan: Plan = {
  ...{ format: PLAN_FORMAT, version: PLAN_VERSION, seed: 'traced' },
  cluster: { brokers: 3, controllers: 1 },
  configuration: {
    'min.insync.replicas': 2,
    'default.replication.factor': 3,
    'transaction.state.log.num.partitions': 1,
    'offsets.topic.num.partitions': 1,
  },
  ...{ expect: [], defects: [], faults: [], overrides: [] },
  topics: [{ name: 'orders', partitions: 1, replicationFactor: null }],
  clients: [
    { kind: 'producer', name: 'producer-1' },
    { kind: 'producer', name: 'producer-2', transactionalId: 'payments' },
  ],
  operations: [
    { id: 1, atMs: 0, client: 'producer-1', kind: 'send', topic: 'orders', partition: 0, key: null },
    { id: 2, atMs: 100, client: 'producer-2', kind: 'init-transactions' },
    { id: 3, atMs: 400, client: 'producer-2', kind: 'begin-transaction' },
    { id: 4, atMs: 410, client: 'producer-2', kind: 'send', topic: 'orders', partition: 0, key: null },
    { id: 5, atMs: 500, client: 'producer-2', kind: 'commit-transaction' },
  ],
  schedule: { latency: { model: 'uniform', minUs: 1000, maxUs: 1000 }, slowPair: null },
};
const quiet = simulate(plan);
const traced = simulate(plan, { trace: true });
const entries = traced.trace?.entries ?? [];

function ofKind<Kind extends TraceEntry['kind']>(kind: Kind): readonly Extract<TraceEntry, { kind: Kind }>[] {
  return entries.filter((entry): entry is Extract<TraceEntry, { kind: Kind }> => entry.kind === kind);
}

test('tracing does not change a run', () => {
  expect(traced.verdict).toBe('passed');
  expect(traced.hash).toBe(quiet.hash);
});

test('a traced record has its producer and sequence, a traced marker its outcome', () => {
  const appended = ofKind('append').filter(({ node, topic }) => node === 'broker-1' && topic === 'orders');
  const [plain, data, marker] = appended.flatMap(({ records }) => records);
  expect(plain).toMatchObject({ offset: 0, value: 'v1', sequence: 0 });
  expect(plain).not.toHaveProperty('transactional');
  expect(data).toMatchObject({ offset: 1, value: 'v4', sequence: 0, transactional: true });
  expect(data?.producerId).not.toBe(plain?.producerId);
  expect(marker).toMatchObject({ offset: 2, marker: 'commit', producerId: data?.producerId });
  expect(marker).not.toHaveProperty('sequence');
});

test('every replica traces the opening and the end of a transaction, and nothing without one', () => {
  for (const node of ['broker-1', 'broker-2', 'broker-3']) {
    const changes = ofKind('open-transactions').filter((entry) => entry.node === node);
    expect(changes[0]).toMatchObject({ topic: 'orders', open: [{ firstOffset: 1 }] });
    expect(changes.some(({ lastStableOffset }) => lastStableOffset === 1)).toBe(true);
    expect(changes.at(-1)).toMatchObject({ open: [], lastStableOffset: null });
  }
});

test('a coordinator traces each transition twice: when it begins and when it is complete', () => {
  const states = ofKind('transaction-state').map(({ transaction }) => [
    transaction?.state,
    transaction?.pending,
  ]);
  expect(states.slice(-4)).toEqual([
    ['Ongoing', 'PrepareCommit'],
    ['PrepareCommit', null],
    ['PrepareCommit', 'CompleteCommit'],
    ['CompleteCommit', null],
  ]);
});
