/** A cluster and a workload small enough to try every order of their steps. */
import { type Fault, type Operation, type Plan, PLAN_FORMAT, PLAN_VERSION } from '../../impl/plan/plan.ts';
import type { ConfigurationValue } from '../../model/configuration/property.ts';
import type { GuaranteeId } from '../../model/guarantee.ts';

export const TINY_FAULTS = ['crash', 'power-loss', 'shutdown'] as const;
export type TinyFault = (typeof TINY_FAULTS)[number];

export interface TinyOptions {
  readonly brokers: number;
  /** The number of records that a producer sends at once. */
  readonly sends: number;
  /** How often the leader moves to the next broker; all moves begin at once. */
  readonly moves: number;
  /** Each of these kinds may strike any node, once; a kind may be given twice. */
  readonly faultKinds: readonly TinyFault[];
  /** The time that a node is down. */
  readonly restartAfterMs: number;
  readonly configuration: Readonly<Record<string, ConfigurationValue>>;
  readonly defects: readonly string[];
  readonly expect: readonly GuaranteeId[];
}

/** Timers that fire rarely make few steps; operations that are given up soon make few retries. */
const UNHURRIED = {
  'broker.heartbeat.interval.ms': 900,
  'broker.session.timeout.ms': 1000,
  'replica.fetch.wait.max.ms': 5000,
  'linger.ms': 0,
  'request.timeout.ms': 2000,
  'delivery.timeout.ms': 3000,
  'retry.backoff.ms': 500,
  // A producer id costs two more requests (of the producer, and of the broker to the controller), in every order.
  'enable.idempotence': false,
} as const;

const TOPIC = 'orders';
/** All operations begin at once, so that they may happen in any order. */
const AT_MS = 0;

/** One topic with one partition and a replica on every broker. Each of its faults may begin at any step, or never. */
export function tinyPlan(options: TinyOptions): Plan {
  const { brokers, sends, moves, configuration } = options;
  const operations: Operation[] = [
    ...Array.from({ length: sends }, (_, i) => sendOf(i + 1)),
    ...Array.from({ length: moves }, (_, i) => moveOf(sends + i + 1, ((i + 1) % brokers) + 1)),
  ];
  const nodes = ['controller-1', ...Array.from({ length: brokers }, (_, i) => `broker-${i + 1}`)];
  const faults = [...new Set(options.faultKinds)].flatMap((kind) => nodes.map((node) => ({ kind, node })));
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed: 'tiny',
    cluster: { brokers, controllers: 1 },
    configuration: {
      ...UNHURRIED,
      'default.replication.factor': brokers,
      'min.insync.replicas': Math.max(1, brokers - 1),
      ...configuration,
    },
    expect: [...options.expect],
    defects: [...options.defects],
    topics: [{ name: TOPIC, partitions: 1, replicationFactor: null }],
    clients: [
      ...(sends > 0 ? [{ kind: 'producer' as const, name: 'producer' }] : []),
      ...(moves > 0 ? [{ kind: 'admin' as const, name: 'admin' }] : []),
    ],
    operations,
    faults: faults.map(({ kind, node }, i): Fault => ({
      id: i + 1,
      at: { ms: 0 },
      kind,
      node,
      restartAfterMs: options.restartAfterMs,
    })),
    schedule: { latency: { model: 'uniform', minUs: 200, maxUs: 2000 }, slowPair: null },
    overrides: [],
  };
}

function sendOf(id: number): Operation {
  return { kind: 'send', id, atMs: AT_MS, client: 'producer', topic: TOPIC, partition: 0, key: null };
}

function moveOf(id: number, broker: number): Operation {
  return { kind: 'move-leader', id, atMs: AT_MS, client: 'admin', topic: TOPIC, partition: 0, broker };
}
