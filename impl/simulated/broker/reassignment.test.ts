import { expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import { SmallCluster } from './testing/small-cluster.ts';

/** Four brokers; t-0 lies on 1, 2 and 3, and holds a and b. */
function cluster(): SmallCluster {
  const small = new SmallCluster(4, {
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 200,
    'replica.lag.time.max.ms': 2000,
    'min.insync.replicas': 2,
  });
  small.topic(1, 3);
  small.produce(1, 't-0', ['a']);
  small.produce(1, 't-0', ['b']);
  return small;
}

function reassign(small: SmallCluster, replicas: readonly number[]) {
  return small.ask('controller', { api: Api.AlterPartitionReassignments, partition: 't-0', replicas }).error;
}

const isOver = (small: SmallCluster): boolean => small.record('t-0').removingReplicas === undefined;

test('replicas are added first; when they are in sync the others leave replicas and ISR in one step', () => {
  const small = cluster();
  expect(reassign(small, [4, 2, 3])).toBe(Errors.NONE);
  expect(small.record('t-0')).toMatchObject({
    replicas: [4, 2, 3, 1],
    addingReplicas: [4],
    removingReplicas: [1],
    isr: [1, 2, 3],
    leaderEpoch: 0,
  });
  small.until(() => isOver(small));
  const { replicas, isr, leader, leaderEpoch } = small.record('t-0');
  expect({ replicas, isr: [...isr].sort((a, b) => a - b), leader, leaderEpoch }).toEqual({
    replicas: [4, 2, 3],
    isr: [2, 3, 4],
    leader: 4,
    leaderEpoch: 1,
  });
});

test('a replica that was removed is deleted with its log, and the new one holds all records', () => {
  const small = cluster();
  reassign(small, [4, 2, 3]);
  small.until(() => isOver(small) && !small.broker(1).partitions.has('t-0'));
  expect(
    small
      .host(1)
      .disk.names()
      .filter((name) => name.startsWith('t-0/')),
  ).toEqual([]);
  expect(small.replica(4, 't-0').log.logEndOffset).toBe(2);
});

test('a broker that was down deletes what was moved away meanwhile as soon as it knows', () => {
  const small = cluster();
  small.world.crash(small.host(3));
  small.until(() => !small.record('t-0').isr.includes(3));
  reassign(small, [1, 2, 4]);
  small.until(() => isOver(small));
  small.world.start(small.host(3));
  small.until(() => small.hits('replica-deleted') === 1);
  expect(
    small
      .host(3)
      .disk.names()
      .some((name) => name.startsWith('t-0/')),
  ).toBe(false);
});

test('with a target replica down it goes on until that one is in sync', () => {
  const small = cluster();
  small.world.crash(small.host(4));
  reassign(small, [1, 2, 4]);
  small.wait(5000);
  expect(isOver(small)).toBe(false);
  small.world.start(small.host(4));
  small.until(() => isOver(small));
});

test('a new reassignment takes the place of one under way', () => {
  const small = cluster();
  small.world.crash(small.host(4));
  reassign(small, [1, 2, 4]);
  expect(reassign(small, [1, 2, 3])).toBe(Errors.NONE);
  const { replicas } = small.record('t-0');
  expect([replicas, isOver(small)]).toEqual([[1, 2, 3], true]);
});

test.each([[[]], [[1, 1]], [[1, 9]]])('replicas %j are refused', (replicas) => {
  expect(reassign(cluster(), replicas)).toBe(Errors.INVALID_REPLICA_ASSIGNMENT);
});
