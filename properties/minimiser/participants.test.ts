import { describe, expect, test } from 'vitest';

import type { Operation, Plan } from '../../impl/plan/plan.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import {
  dropBrokers,
  dropClients,
  dropControllers,
  dropLogDirs,
  dropTopics,
  separateControllers,
} from './participants.ts';
import { driveSearch, inlineRunner } from './plan-runner.ts';
import { Search } from './search.ts';

const send = (id: number, client: string, partition: number): Operation => ({
  id,
  atMs: id,
  kind: 'send',
  client,
  topic: 'orders',
  partition,
  key: null,
});

const plan: Plan = {
  ...generatePlan('cast', 1, { faults: [] }),
  topics: [
    { name: 'orders', partitions: 3, replicationFactor: null },
    { name: 'payments', partitions: 1, replicationFactor: 3 },
  ],
  clients: [
    { kind: 'producer', name: 'producer-1' },
    { kind: 'producer', name: 'producer-2' },
    { kind: 'consumer', name: 'consumer-1', assign: [{ topic: 'orders', partition: 2, position: 'latest' }] },
    { kind: 'admin', name: 'admin-1' },
  ],
  operations: [
    send(1, 'producer-1', 0),
    send(2, 'producer-2', 2),
    { id: 3, atMs: 3, kind: 'move-leader', client: 'admin-1', topic: 'orders', partition: 2, broker: 3 },
  ],
};

/** The plan that a pass leaves when every smaller plan in which `fails` holds is accepted. */
function after(pass: typeof dropClients, fails: (plan: Plan) => boolean, from = plan): Plan {
  const runner = inlineRunner((each) => (fails(each) ? { failureClass: 'b' } : null));
  const search = new Search(from, { failureClass: 'b' }, runner, [], {
    maxRuns: 1_000,
    cutShort: () => null,
  });
  driveSearch(pass.run(search, 1), runner);
  return search.plan;
}

describe('clients', () => {
  test('one producer does what two did, if both are needed', () => {
    const bothSends = (each: Plan) => each.operations.filter(({ kind }) => kind === 'send').length === 2;
    const { clients, operations } = after(dropClients, bothSends);
    expect(clients).toHaveLength(1);
    expect(new Set(operations.map(({ client }) => client))).toEqual(new Set(clients.map(({ name }) => name)));
  });
});

describe('transactional producers', () => {
  const init: Operation = { id: 1, atMs: 1, kind: 'init-transactions', client: 'producer-1' };
  const mixed: Plan = {
    ...plan,
    clients: [
      { kind: 'producer', name: 'producer-1', transactionalId: 'payments' },
      { kind: 'producer', name: 'producer-2' },
    ],
    operations: [init, send(2, 'producer-2', 0)],
  };

  test('no other producer takes transactions over without a transactional id', () => {
    const tried: Plan[] = [];
    after(dropClients, (each) => (tried.push(each), false), mixed);
    const homeless = tried.filter(({ clients, operations }) =>
      operations.some(
        ({ kind, client }) =>
          kind === 'init-transactions' &&
          clients.some((each) => each.kind === 'producer' && each.name === client && !each.transactionalId),
      ),
    );
    expect(homeless).toEqual([]);
  });

  test('a transactional producer may do what another one did', () => {
    const both = (each: Plan) => each.operations.length === 2;
    expect(after(dropClients, both, mixed).clients.map(({ name }) => name)).toEqual(['producer-1']);
  });
});

describe('topics and partitions', () => {
  test('unused partitions are removed, and the partition in use becomes partition 0', () => {
    const moved = after(dropTopics, (each) => each.operations.some(({ kind }) => kind === 'move-leader'));
    expect(moved.topics).toEqual([{ name: 'orders', partitions: 1, replicationFactor: null }]);
    expect(moved.operations).toContainEqual(expect.objectContaining({ kind: 'move-leader', partition: 0 }));
    expect(moved.clients).toContainEqual(
      expect.objectContaining({ assign: [{ topic: 'orders', partition: 0, position: 'latest' }] }),
    );
  });

  test('what is done on several partitions is done on one, if all of it is needed', () => {
    const merged = after(dropTopics, ({ operations }) => operations.length === 3);
    expect(merged.topics).toHaveLength(1);
    expect(merged.operations.map((operation) => 'partition' in operation && operation.partition)).toEqual([
      0, 0, 0,
    ]);
  });
});

describe('a topic that is deleted and created again', () => {
  const createdAgain = (topic: string, partitions: number, id: number): Operation[] => [
    { id, atMs: id, kind: 'delete-topic', client: 'admin-1', topic },
    {
      id: id + 1,
      atMs: id,
      kind: 'create-topic',
      client: 'admin-1',
      topic,
      partitions,
      replicationFactor: 3,
    },
  ];
  const deleting: Plan = {
    ...plan,
    operations: [...plan.operations, ...createdAgain('payments', 1, 4), ...createdAgain('orders', 3, 6)],
  };
  const hasMove = ({ operations }: Plan) => operations.some(({ kind }) => kind === 'move-leader');

  test('is removed with its deletion and creation, or is created with as many partitions as are left', () => {
    const left = after(dropTopics, hasMove, deleting).operations.filter(({ kind }) => kind !== 'send');
    expect(left).toEqual([
      expect.objectContaining({ kind: 'move-leader', topic: 'orders' }),
      expect.objectContaining({ kind: 'delete-topic', topic: 'orders' }),
      expect.objectContaining({ kind: 'create-topic', topic: 'orders', partitions: 1 }),
    ]);
  });
});

describe('brokers', () => {
  test('the last broker stays, and every replica has one', () => {
    const left = after(dropBrokers, () => true);
    expect(left.cluster.brokers).toBe(1);
    expect(left.configuration['default.replication.factor']).toBe(1);
    expect(left.topics.map(({ replicationFactor }) => replicationFactor)).toEqual([null, 1]);
  });

  test('a move goes to the same broker under its new number', () => {
    const hasMove = ({ operations }: Plan) => operations.some(({ kind }) => kind === 'move-leader');
    const left = after(dropBrokers, (each) => hasMove(each));
    expect(left.operations).toContainEqual(expect.objectContaining({ kind: 'move-leader', broker: 1 }));
  });
});

test('log directories: where one will do, what befell the second befalls the first', () => {
  const failing: Plan['faults'][number] = {
    id: 1,
    at: { ms: 1 },
    kind: 'disk-error',
    node: 'broker-1',
    error: 'every-write',
    logDir: 2,
    restartAfterMs: 5,
  };
  const several: Plan = { ...plan, cluster: { brokers: 3, controllers: 1, logDirs: 2 }, faults: [failing] };
  const runner = inlineRunner(() => ({ failureClass: 'b' }));
  const search = new Search(several, { failureClass: 'b' }, runner, [], {
    maxRuns: 10,
    cutShort: () => null,
  });
  driveSearch(dropLogDirs.run(search, 1), runner);
  const { logDir: _logDir, ...first } = failing;
  expect(search.plan).toMatchObject({ cluster: { brokers: 3, controllers: 1 }, faults: [first] });
  expect(search.plan.cluster.logDirs).toBeUndefined();
});

describe('controllers', () => {
  const crash: Plan['faults'][number] = {
    id: 1,
    at: { ms: 1 },
    kind: 'crash',
    node: 'controller-3',
    restartAfterMs: 5,
  };
  const quorum: Plan = { ...plan, cluster: { brokers: 3, controllers: 3 }, faults: [crash] };
  const shrunk = (fails: (plan: Plan) => boolean): Plan => after(dropControllers, fails, quorum);

  test('one is enough where a quorum does not matter, and its faults go', () => {
    expect(shrunk(() => true)).toMatchObject({ cluster: { controllers: 1 }, faults: [] });
  });

  test('or befall the only one, if they matter', () => {
    const { cluster, faults } = shrunk((each) => each.faults.length === 1);
    expect(cluster.controllers).toBe(1);
    expect(faults).toEqual([{ ...crash, node: 'controller-1' }]);
  });

  test('they run by themselves if it does not matter that they shared a process with brokers', () => {
    const combined: Plan = { ...plan, cluster: { brokers: 3, controllers: 3, combined: true } };
    expect(after(separateControllers, () => true, combined).cluster).toEqual({ brokers: 3, controllers: 3 });
  });

  test('a broker that is a voter, too, stays', () => {
    const combined: Plan = { ...plan, cluster: { brokers: 4, controllers: 3, combined: true } };
    expect(after(dropBrokers, () => true, combined).cluster.brokers).toBe(3);
  });

  test('three stay three if only a quorum fails so', () => {
    expect(shrunk((each) => each.cluster.controllers === 3)).toEqual(quorum);
  });
});
