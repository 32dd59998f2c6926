import { describe, expect, test } from 'vitest';

import { SmallCluster } from '../../broker/testing/small-cluster.ts';
import { Api } from '../../../kafka/api.ts';
import { Errors } from '../../../kafka/errors.ts';
import type { ControllerRequest } from '../../protocol/controller-messages.ts';

test('AlterPartition from an old incarnation of the leader is refused as a whole', () => {
  const small = new SmallCluster(2);
  small.topic(1, 2);
  const newIsr = [{ broker: 1, brokerEpoch: -1 }];
  const { topicId } = small.record('t-0');
  const item = { partition: 't-0', topicId, leaderEpoch: 0, partitionEpoch: 0, newIsr };
  const ask = (brokerEpoch: number) =>
    small.ask('controller', { api: Api.AlterPartition, brokerId: 1, brokerEpoch, partitions: [item] });
  expect(ask(small.broker(1).brokerEpoch - 1)).toMatchObject({
    error: Errors.STALE_BROKER_EPOCH,
    partitions: [],
  });
  expect(small.record('t-0').isr).toEqual([1, 2]);
  expect(ask(small.broker(1).brokerEpoch)).toMatchObject({ error: Errors.NONE, partitions: [{ isr: [1] }] });
});

describe('a crash or a power loss of the controller', () => {
  test.each(['crash', 'power'] as const)('%s: no answered decision is lost', (how) => {
    const small = new SmallCluster(3, {
      'request.timeout.ms': 1000,
      'broker.session.timeout.ms': 2000,
      'broker.heartbeat.interval.ms': 400,
    });
    small.topic(2, 3);
    const before = small.record('t-1');
    if (how === 'crash') small.world.crash(small.controller);
    else small.world.losePower(small.controller, 3);
    small.wait(500);
    small.world.start(small.controller);
    expect(small.record('t-1')).toEqual(before);
    small.wait(10_000);
    expect([1, 2, 3].every((broker) => small.image.isActive(broker))).toBe(true);
  });

  test('brokers serve their clients while the controller is down', () => {
    const small = new SmallCluster(2, { 'broker.session.timeout.ms': 60_000 });
    small.topic(1, 2);
    small.world.crash(small.controller);
    expect(small.produce(1, 't-0', ['a']).error).toBe(Errors.NONE);
  });
});

test('a fetch of metadata that finds nothing waits for records or its timeout', () => {
  const small = new SmallCluster(1);
  const ask = (fetchOffset: number) => {
    const beganUs = small.world.nowUs;
    const { records } = small.ask('controller', {
      api: Api.FetchMetadata,
      brokerId: 1,
      fetchOffset,
      maxWaitMs: 300,
    });
    return { records, tookMs: (small.world.nowUs - beganUs) / 1000 };
  };
  expect(ask(small.image.endOffset)).toEqual({ records: [], tookMs: 301 });
  expect(ask(0)).toMatchObject({ tookMs: 1 });
  expect(ask(0).records).toHaveLength(small.image.endOffset);
});

test('a broker that knows a later quorum epoch is refused by a deposed controller', () => {
  const small = new SmallCluster(1);
  const ask = (request: ControllerRequest) => small.ask('controller', request).error;
  const { brokerEpoch } = small.broker(1);
  const heartbeat = {
    ...{ api: Api.BrokerHeartbeat, brokerId: 1, brokerEpoch, currentMetadataOffset: 0 },
    ...{ wantFence: false, wantShutDown: false },
  };
  const fetch = { api: Api.FetchMetadata, brokerId: 1, fetchOffset: 0, maxWaitMs: 0 };
  expect([heartbeat, fetch].map(ask)).toEqual([Errors.NONE, Errors.NONE]);
  const later = [heartbeat, fetch].map((request) => ({ ...request, quorumEpoch: 1000 }));
  expect(later.map(ask)).toEqual([Errors.NOT_CONTROLLER, Errors.NOT_CONTROLLER]);
});

test('a request that controllers do not serve throws', () => {
  const small = new SmallCluster(1);
  expect(() => small.ask('controller', { api: Api.Metadata })).toThrow('does not serve');
});

test('a heartbeat that waited for a paused controller has no effect, but renews the session', () => {
  const small = new SmallCluster(1, {
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 400,
    'request.timeout.ms': 30_000,
  });
  const errors: number[] = [];
  small.world.pause(small.controller);
  small.send(
    'controller',
    {
      api: Api.BrokerHeartbeat,
      brokerId: 1,
      brokerEpoch: small.broker(1).brokerEpoch,
      currentMetadataOffset: 0,
      wantFence: true,
      wantShutDown: false,
    },
    (response) => void errors.push(response?.error ?? -1),
  );
  small.wait(1900);
  small.world.resume(small.controller);
  small.wait(100);
  expect(errors).toEqual([Errors.REQUEST_TIMED_OUT]);
  expect(small.image.isActive(1)).toBe(true);
});
