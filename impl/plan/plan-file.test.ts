import { describe, expect, test } from 'vitest';

import type { Plan } from './plan.ts';
import { PlanFormatError, readPlan, writePlan } from './plan-file.ts';

const plan: Plan = {
  format: 'kafka-crucible/plan',
  version: 1,
  seed: 'example',
  title: 'one send, one crash',
  cluster: { brokers: 3, controllers: 1 },
  configuration: { acks: 'all', 'min.insync.replicas': 2 },
  expect: ['no-loss'],
  defects: [],
  topics: [{ name: 'orders', partitions: 2, replicationFactor: null }],
  clients: [
    { kind: 'producer', name: 'producer-1' },
    {
      kind: 'consumer',
      name: 'consumer-1',
      assign: [{ topic: 'orders', partition: 0, position: 'earliest' }],
    },
    { kind: 'admin', name: 'admin' },
  ],
  operations: [
    { id: 0, atMs: 10, client: 'producer-1', kind: 'send', topic: 'orders', partition: 0, key: null },
    { id: 1, atMs: 20, client: 'consumer-1', kind: 'poll', timeoutMs: 100 },
    { id: 2, atMs: 30, client: 'admin', kind: 'move-leader', topic: 'orders', partition: 1, broker: 2 },
  ],
  faults: [
    { id: 0, at: { ms: 15 }, kind: 'crash', node: 'broker-2', restartAfterMs: 500 },
    {
      id: 1,
      at: { probe: 'leader-elected', count: 2, plusMs: 0 },
      kind: 'partition',
      side: ['broker-1', 'consumer-1'],
      other: ['controller-1'],
      direction: 'both',
      effect: 'lose',
      forMs: 100,
    },
  ],
  schedule: { latency: { model: 'uniform', minUs: 100, maxUs: 900 }, slowPair: null },
  overrides: [],
};

/** The plan with one field put to something else: `operations[0].client`. */
function withField(path: string, value: unknown): string {
  const copy: unknown = JSON.parse(JSON.stringify(plan));
  const steps = path.split(/[.[\]]+/).filter((step) => step !== '');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<unknown>((at, step) => Reflect.get(Object(at), step), copy);
  Reflect.set(Object(parent), last, value);
  return JSON.stringify(copy);
}

function problemsOf(text: string): readonly string[] {
  try {
    readPlan(text, 'a.json');
    return [];
  } catch (error) {
    if (error instanceof PlanFormatError)
      return error.problems.map(({ field, sentence }) => `${field}: ${sentence}`);
    throw error;
  }
}

describe('a plan that was written', () => {
  test('is read back as it was', () => {
    expect(readPlan(writePlan(plan), 'a.json')).toEqual(plan);
  });

  test('is the same text whatever order its fields had', () => {
    const shuffled = Object.fromEntries(Object.entries(plan).reverse());
    expect(writePlan(readPlan(JSON.stringify(shuffled), 'a.json'))).toBe(writePlan(plan));
  });

  test('has an operation, a fault or a client a line', () => {
    const lines = writePlan(plan).split('\n');
    expect(lines).toContain(
      '    { "id": 1, "atMs": 20, "client": "consumer-1", "kind": "poll", "timeoutMs": 100 },',
    );
    expect(lines.length).toBeLessThan(35);
  });

  test('may have a byte order mark before it, and defaults left out', () => {
    const text = `\uFEFF${withField('faults[1].at', { probe: 'leader-elected' })}`;
    expect(readPlan(text, 'a.json').faults[1]?.at).toEqual({ probe: 'leader-elected', count: 1, plusMs: 0 });
  });
});

describe('what is no plan is refused', () => {
  test('with the name of the file first', () => {
    expect(() => readPlan('', 'dir/a.json')).toThrow(
      /^dir\/a\.json is not a plan that can be run:\n {2}no JSON: /,
    );
  });

  test('a file that is cut off, with the place where it ends', () => {
    expect(problemsOf(writePlan(plan).slice(0, 300))[0]).toMatch(/^: no JSON: .*(position \d+|end of JSON)/);
    expect(problemsOf('{\n  "format": "a" "b" }')[0]).toMatch(/line 2,? column/);
  });

  test.each(['null', '[]', '3', '"plan"', '{}'])('%s, which is other JSON', (text) => {
    expect(problemsOf(text)).toEqual(['format: expected "kafka-crucible/plan", found nothing']);
  });

  test('a history', () => {
    expect(problemsOf('{"format":"kafka-crucible/history"}')).toEqual([
      'format: expected "kafka-crucible/plan", found "kafka-crucible/history"',
    ]);
  });

  test('a newer version, whatever else it has', () => {
    const text = withField('version', 2).replace('"seed"', '"seeds"');
    expect(problemsOf(text)).toEqual([
      'version: version 2 was written by a newer kafka-crucible; this one reads version 1. Upgrade to run it',
    ]);
  });
});

describe('a field that is not what it should be is named', () => {
  test.each<[string, unknown, string]>([
    [
      'operations[0].kind',
      'sent',
      'expected "send" or "init-transactions" or "begin-transaction" or "commit-transaction" or "abort-transaction" or "send-offsets-to-transaction" or "restart-producer" or "poll" or "commit-offsets" or "fetch-offsets" or "seek" or "create-topic" or "delete-topic" or "move-leader" or "delete-records" or "reassign" or "elect-leader", found "sent"',
    ],
    ['operations[0].atMs', -1, 'expected at least 0, found -1'],
    ['operations[0].atMs', 1.5, 'expected a whole number, found 1.5'],
    ['operations[0].atMs', '10', 'expected a number, found "10"'],
    ['operations[1].timeout', 5, 'there is no such field'],
    ['clients[1].assign[0].position', 'begin', 'expected "earliest" or "latest" or a number, found "begin"'],
    ['faults[0].node', 'broker2', 'expected broker-N or controller-N, found "broker2"'],
    ['faults[0].at.ms', 1.5, 'expected a whole number, found 1.5'],
    ['faults[0].at', 'soon', 'expected an object, found "soon"'],
    ['cluster.brokers', 16, 'expected at most 15, found 16'],
    [
      'expect[0]',
      'speed',
      'expected "partition-order" or "committed-reads" or "no-loss" or "idempotent-producer" or "atomic-transactions" or "progress", found "speed"',
    ],
    ['seed', undefined, 'expected a string, found nothing'],
    ['configuration.acks', null, 'expected a string or a number or a boolean, found null'],
  ])('%s put to %j', (field, value, sentence) => {
    expect(problemsOf(withField(field, value))).toEqual([`${field}: ${sentence}`]);
  });

  test('all of them at once, up to what one wants to read', () => {
    const many = { ...plan, operations: Array.from({ length: 20 }, (_, id) => ({ id })) };
    expect(() => readPlan(JSON.stringify(many), 'a.json')).toThrow(/and 12 more$/);
  });
});

describe('a disk that fails', () => {
  const failing = { id: 7, at: { ms: 1 }, kind: 'disk-error', error: 'torn-append', restartAfterMs: 1 };

  test('is the disk of a broker', () => {
    const [problem] = problemsOf(withField('faults[0]', { ...failing, node: 'controller-1' }));
    expect(problem).toBe('faults[0].node: only the disks of brokers fail');
  });

  test('is one that the broker has', () => {
    const second = { ...failing, node: 'broker-1', logDir: 2 };
    const [problem] = problemsOf(withField('faults[0]', second));
    expect(problem).toBe('faults[0].logDir: expected at most 1, because cluster.logDirs is 1');
  });
});

describe('parts that contradict each other are named', () => {
  test('a position is moved where the consumer is not assigned', () => {
    const seek = { id: 1, atMs: 20, client: 'consumer-1', kind: 'seek', topic: 'orders', position: 0 };
    expect(problemsOf(withField('operations[1]', { ...seek, partition: 0 }))).toEqual([]);
    expect(problemsOf(withField('operations[1]', { ...seek, partition: 1 }))).toEqual([
      'operations[1].partition: consumer-1 is not assigned partition 1 of "orders"',
    ]);
  });

  test.each<[string, unknown, string]>([
    [
      'faults[0].node',
      'broker-4',
      'there is no node "broker-4": there are controller-1, broker-1, broker-2, broker-3',
    ],
    ['faults[1].side[1]', 'consumer-7', 'there is no node or client "consumer-7"'],
    ['faults[1].at.probe', 'leader-deleted', 'there is no probe "leader-deleted"'],
    ['operations[2].broker', 4, 'there is no broker 4: cluster.brokers is 3'],
    ['operations[0].client', 'producer-2', 'there is no client "producer-2" among clients'],
    ['operations[0].client', 'consumer-1', 'a send needs a producer, and consumer-1 is a consumer'],
    ['operations[0].partition', 2, 'expected at most 1, because orders has 2 partitions, found 2'],
    ['operations[0].topic', 'payments', 'there is no topic "payments" among topics'],
    ['operations[1].id', 0, '0 is taken by operations[0]'],
    ['clients[2].name', 'broker-1', '"broker-1" is the name of a node'],
    ['clients[2].name', 'final-reader-1', 'is a name that the harness itself uses'],
    ['clients[1].assign[0].partition', 9, 'expected at most 1, because orders has 2 partitions, found 9'],
    [
      'order',
      [
        { step: 3, take: '0000000a' },
        { step: 3, take: '0000000b' },
      ],
      'expected more than 3, the step before it',
    ],
    ['topics[0].replicationFactor', 4, 'expected at most 3, the number of brokers, found 4'],
    ['schedule.latency.maxUs', 50, 'expected at least minUs, which is 100, found 50'],
    [
      'schedule.slowPair',
      { from: 'broker-1', to: 'broker-9', extraUs: 5 },
      'there is no node or client "broker-9"',
    ],
    ['defects[0]', 'gremlins', '"gremlins" is not a known defect; kafka-crucible defects lists them'],
    ['configuration.ack', '1', 'ack is not a property that kafka-crucible knows. Did you mean acks?'],
  ])('%s put to %j', (field, value, sentence) => {
    const [problem] = problemsOf(withField(field, value));
    expect(problem).toContain(sentence);
    expect(problem?.startsWith(field)).toBe(true);
  });

  test('in a combined cluster a controller goes by the name of its broker', () => {
    const combined = withField('cluster', { brokers: 3, controllers: 3, combined: true });
    expect(problemsOf(combined).find((problem) => problem.includes('controller-1'))).toContain(
      'the cluster is combined, so say broker-1',
    );
    expect(problemsOf(withField('cluster', { brokers: 1, controllers: 3, combined: true }))).toContain(
      'cluster.controllers: expected at most 1 in a combined cluster, where each runs in a broker, found 3',
    );
  });

  test('a voter never loses its disk, nor does the broker beside it', () => {
    const lost = { id: 9, at: { ms: 1 }, kind: 'disk-loss', node: 'broker-2', restartAfterMs: null };
    const withLoss = { ...plan, faults: [lost] };
    const combined = (controllers: number) =>
      JSON.stringify({ ...withLoss, cluster: { brokers: 3, controllers, combined: true } });
    expect(problemsOf(JSON.stringify(withLoss))).toEqual([]);
    expect(problemsOf(combined(1))).toEqual([]);
    expect(problemsOf(combined(3))).toEqual([
      'faults[0].node: a controller that comes back without its disk could vote twice (KIP-853)',
    ]);
  });

  test('a default that needs more brokers than there are is found where it is used', () => {
    expect(problemsOf(withField('configuration', { 'default.replication.factor': 5 }))).toEqual([
      'topics[0].replicationFactor: expected at most 3, the number of brokers, found 5 (default.replication.factor)',
    ]);
  });

  test('a topic that the workload creates may be used', () => {
    const operations = [
      {
        id: 0,
        atMs: 5,
        client: 'admin',
        kind: 'create-topic',
        topic: 'new',
        partitions: 1,
        replicationFactor: 3,
      },
      { id: 1, atMs: 10, client: 'producer-1', kind: 'send', topic: 'new', partition: 0, key: null },
    ];
    expect(problemsOf(withField('operations', operations))).toEqual([]);
  });
});
