import { describe, expect, test } from 'vitest';

import {
  afterProbe,
  begin,
  commit,
  consumer,
  crash,
  electLeader,
  initTransactions,
  moveLeader,
  planOf,
  poll,
  producer,
  send,
  sendBy,
  type Story,
} from './story.ts';

const story: Story = {
  brokers: 2,
  configuration: { acks: '1' },
  steps: [
    send(1, 2_000),
    crash('broker-1', 3_000),
    crash('broker-2', afterProbe('leader-elected', 'broker-2', 1, 50), 500),
  ],
};

describe('the plan of a story', () => {
  const plan = planOf('seed', 'Two brokers crash', story);

  test('has one partition of orders, with a replica on every broker', () => {
    expect(plan.topics).toEqual([{ name: 'orders', partitions: 1, replicationFactor: 2 }]);
  });

  test('numbers the faults as they are told', () => {
    expect(plan.faults.map(({ id, kind, at }) => [id, kind, at])).toEqual([
      [1, 'crash', { ms: 3_000 }],
      [2, 'crash', { probe: 'leader-elected', node: 'broker-2', count: 1, plusMs: 50 }],
    ]);
  });

  test('has the clients that the steps need, and no others', () => {
    expect(plan.clients.map(({ name }) => name)).toEqual(['producer']);
    const withPoll = planOf('seed', 'And a poll', { ...story, steps: [...story.steps, poll(2, 4_000)] });
    expect(withPoll.clients.map(({ name }) => name)).toEqual(['producer', 'consumer']);
  });

  test('puts brokers and the consumer into racks where the story does', () => {
    const racks = ['zone-a', 'zone-b'];
    const steps = [...story.steps, poll(2, 4_000)];
    const inRacks = planOf('seed', 'Two zones', { ...story, steps, racks, consumerRack: 'zone-b' });
    expect(inRacks.cluster).toMatchObject({ racks });
    expect(inRacks.clients.find(({ name }) => name === 'consumer')).toMatchObject({ rack: 'zone-b' });
    expect(plan.cluster).not.toHaveProperty('racks');
  });

  test('asks for elections through an admin client', () => {
    const steps = [electLeader(1, 2_000, 'preferred'), moveLeader(2, 3_000, 2)];
    const asked = planOf('seed', 'Two elections', { ...story, steps });
    expect(asked.clients.map(({ kind }) => kind)).toEqual(['admin']);
    expect(asked.operations.map(({ kind }) => kind)).toEqual(['elect-leader', 'move-leader']);
  });

  test('puts back the bugs that the story is about', () => {
    expect(planOf('seed', 'A bug', { ...story, defects: ['no_check_quorum'] }).defects).toEqual([
      'no_check_quorum',
    ]);
    expect(plan.defects).toEqual([]);
  });

  test('says nothing of the configuration that the story does not say', () => {
    expect(plan.configuration).toEqual({ acks: '1' });
    expect(plan.expect).toEqual([]);
  });

  test('has the clients that it names itself, if it does', () => {
    const clients = [
      producer('till'),
      producer('bank', 'payments'),
      consumer('reader', { partitions: 2, isolation: 'read_committed' }),
    ];
    const steps = [
      initTransactions(1, 1_000, 'bank'),
      begin(2, 2_000, 'bank'),
      sendBy('bank', 3, 2_000, { payload: 'order 7 is paid' }),
      commit(4, 3_000, 'bank'),
    ];
    const named = planOf('seed', 'Two producers', { ...story, clients, steps });
    expect(named.clients).toEqual(clients);
    expect(named.clients[2]).toMatchObject({ assign: [{ partition: 0 }, { partition: 1 }] });
    expect(named.operations.map(({ kind }) => kind)).toEqual([
      'init-transactions',
      'begin-transaction',
      'send',
      'commit-transaction',
    ]);
    expect(named.operations[2]).toMatchObject({ payload: 'order 7 is paid', topic: 'orders' });
  });
});
