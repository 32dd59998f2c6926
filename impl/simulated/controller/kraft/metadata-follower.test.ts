import { expect, test } from 'vitest';

import { SmallCluster } from '../../broker/testing/small-cluster.ts';

test('brokers learn of a change at once: their fetches wait for it at the controller', () => {
  const small = new SmallCluster(2);
  const beganUs = small.world.nowUs;
  small.topic(1, 2);
  expect(small.world.nowUs - beganUs).toBeLessThan(10_000);
});

test('a broker that was cut off continues where it was', () => {
  const small = new SmallCluster(2, { 'broker.session.timeout.ms': 60_000, 'request.timeout.ms': 2000 });
  small.isolate(2);
  small.wait(3000);
  small.ask('controller', { api: 19, topic: 't', partitions: 2, replicationFactor: 2 });
  small.wait(3000);
  expect(small.broker(2).partitions.size).toBe(0);
  small.isolate(2, false);
  small.until(() => small.broker(2).partitions.size === 2);
});

test('a restarted controller is found again with its committed state', () => {
  const small = new SmallCluster(2, { 'broker.session.timeout.ms': 60_000 });
  small.topic(1, 2);
  small.world.crash(small.controller);
  small.world.start(small.controller);
  small.wait(10);
  expect(small.record('t-0').isr).toEqual([1, 2]);
  small.ask('controller', { api: 19, topic: 'u', partitions: 1, replicationFactor: 2 });
  small.until(() => [1, 2].every((broker) => small.broker(broker).partitions.has('u-0')));
});

test('a broker that was down too long loads a snapshot, and acts on the differences', () => {
  const small = new SmallCluster(2, {
    'broker.session.timeout.ms': 60_000,
    'request.timeout.ms': 2000,
    'metadata.log.max.record.bytes.between.snapshots': 300,
    'metadata.max.retention.bytes': 0,
  });
  small.topic(1, 2);
  small.isolate(2);
  small.wait(3000);
  small.ask('controller', { api: 45, partition: 't-0', replicas: [1] });
  small.ask('controller', { api: 19, topic: 'u', partitions: 4, replicationFactor: 2 });
  small.wait(3000);
  small.isolate(2, false);
  small.until(() => small.hits('metadata-snapshot-loaded') > 0);
  small.until(() => [0, 1, 2, 3].every((index) => small.broker(2).partitions.has(`u-${index}`)));
  expect(small.broker(2).partitions.has('t-0')).toBe(false);
});
