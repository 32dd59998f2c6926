import { simulate } from './impl/simulated/simulate.ts';
import { planSchema, type Plan } from './impl/plan.ts';
let id = 0;
const op = (atMs: number, client: string, kind: string, rest: object = {}) => ({ id: id++, atMs, client, kind, ...rest });
const plan = (defects: string[], tv = 2): Plan => planSchema.parse({
  format: 'kafka-crucible/plan', version: 1, seed: 'x', cluster: { brokers: 3, controllers: 1 },
  configuration: { 'min.insync.replicas': 2, 'default.replication.factor': 3, 'transaction.version': tv, 'transaction.state.log.num.partitions': 1, 'offsets.topic.num.partitions': 1, 'request.timeout.ms': 500, 'linger.ms': 0, 'delivery.timeout.ms': 2000 },
  expect: ['atomic-transactions', 'no-loss'], defects,
  topics: [{ name: 'orders', partitions: 1, replicationFactor: null }],
  clients: [{ kind: 'producer', name: 'producer-1', transactionalId: 't' }],
  operations: [
    op(0, 'producer-1', 'init-transactions'), op(500, 'producer-1', 'begin-transaction'),
    op(510, 'producer-1', 'send', { topic: 'orders', partition: 0, key: null }),
    op(600, 'producer-1', 'commit-transaction'),
    op(700, 'producer-1', 'begin-transaction'),
    op(1300, 'producer-1', 'send', { topic: 'orders', partition: 0, key: null }),
    op(3000, 'producer-1', 'abort-transaction'),
  ],
  faults: [{ id: 0, at: { ms: 600 }, kind: 'message', effect: 'delay', from: 'broker-1', to: 'broker-1', api: 'WriteTxnMarkers', type: 'request', delayMs: 1500 }],
  schedule: { latency: { model: 'uniform', minUs: 500, maxUs: 500 }, slowPair: null }, overrides: [],
});
for (const d of [[], ['late_marker_completes_next_txn_tv2']]) { const r = simulate(plan(d), { history: true }); console.log(d, r.verdict, r.violations.map((v) => v.anomaly + ' ' + v.sentence)); }
