import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { SmallCluster } from './testing/small-cluster.ts';

const FAST = { 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 };

function cluster(configuration: Record<string, number | boolean> = {}): SmallCluster {
  const small = new SmallCluster(3, { ...FAST, 'min.insync.replicas': 2, ...configuration });
  small.topic(3, 3);
  return small;
}

/** Starts a shutdown and waits for its end. */
function shutDown(small: SmallCluster, broker: number): void {
  let down = false;
  small.broker(broker).shutdown(() => (down = true));
  small.until(() => down);
  small.world.crash(small.host(broker));
}

test('any broker tells clients who leads', () => {
  const small = cluster();
  for (const broker of [1, 2, 3]) {
    const { brokers, partitions } = small.ask(broker, { api: Api.Metadata });
    expect(brokers).toEqual([1, 2, 3]);
    expect(partitions.map(({ partition, leader, leaderEpoch }) => [partition, leader, leaderEpoch])).toEqual([
      ['t-0', 1, 0],
      ['t-1', 2, 0],
      ['t-2', 3, 0],
    ]);
  }
});

test('and does not name brokers that are fenced', () => {
  const small = cluster();
  small.world.crash(small.host(3));
  small.until(() => small.ask(1, { api: Api.Metadata }).brokers.length === 2);
});

describe('a restarted broker', () => {
  test('acts on what it is told only when it knows of its own registration', () => {
    const small = cluster();
    const before = small.broker(1).brokerEpoch;
    small.world.crash(small.host(1));
    small.world.start(small.host(1));
    expect(small.broker(1).partitions.size).toBe(0);
    small.until(() => small.broker(1).partitions.size === 3);
    expect(small.broker(1).brokerEpoch).toBeGreaterThan(before);
    // It never believes that it leads t-0 in the epoch in which it crashed.
    expect(small.replica(1, 't-0').isLeader).toBe(false);
  });

  test('waits until the session of its predecessor is over', () => {
    const small = cluster();
    small.world.crash(small.host(1));
    small.world.start(small.host(1));
    small.until(() => small.image.isActive(1) && small.broker(1).partitions.size === 3);
    expect(small.hits('duplicate-registration-refused')).toBeGreaterThan(0);
    expect(small.hits('unclean-shutdown-detected')).toBe(1);
  });

  test('recovers its logs after a crash, and not after a clean shutdown', () => {
    const small = cluster();
    shutDown(small, 1);
    small.world.start(small.host(1));
    expect(small.hits('recovered-log')).toBe(0);
    small.until(() => small.image.isActive(1));
    small.world.crash(small.host(1));
    small.world.start(small.host(1));
    expect(small.hits('recovered-log')).toBe(3);
  });

  test('loses what was not flushed with the power, and gets it back from the others', () => {
    const small = cluster();
    const leader = small.record('t-0').leader;
    for (const value of 'abcdefgh') small.produce(leader, 't-0', [value]);
    small.world.losePower(small.host(3), 5);
    small.world.start(small.host(3));
    small.until(() => small.broker(3).partitions.size === 3 && small.record('t-0').isr.length === 3);
    expect(small.replica(3, 't-0').log.logEndOffset).toBe(8);
  });

  test('with an empty disk copies everything anew', () => {
    const small = cluster();
    small.produce(1, 't-0', ['a']);
    small.world.loseDisk(small.host(2));
    small.world.start(small.host(2));
    small.until(() => small.broker(2).partitions.size === 3 && small.record('t-0').isr.length === 3);
    expect(small.replica(2, 't-0').log.logEndOffset).toBe(1);
  });
});

describe('controlled shutdown', () => {
  test('no partition is without leader at any time, and the shutdown counts as clean', () => {
    const small = cluster();
    shutDown(small, 1);
    expect(small.hits('partition-without-leader')).toBe(0);
    expect(small.hits('controlled-shutdown')).toBe(1);
    expect([0, 1, 2].every((index) => small.record(`t-${index}`).leader !== 1)).toBe(true);
    small.world.start(small.host(1));
    small.until(() => small.record('t-0').isr.length === 3);
    expect(small.hits('unclean-shutdown-detected')).toBe(0);
  });

  test('everything is flushed first: a loss of power afterwards takes nothing', () => {
    const small = cluster();
    small.produce(1, 't-0', ['a']);
    shutDown(small, 2);
    for (let cause = 0; cause < 10; cause++) small.world.losePower(small.host(2), cause);
    small.world.start(small.host(2));
    small.until(() => small.broker(2).partitions.size === 3);
    expect(small.replica(2, 't-0').log.logEndOffset).toBe(1);
  });

  test('switched off, the broker asks nobody', () => {
    const small = cluster({ 'controlled.shutdown.enable': false });
    const before = small.world.nowUs;
    shutDown(small, 1);
    expect(small.world.nowUs).toBe(before);
    expect(small.record('t-0').leader).toBe(1);
    small.until(() => small.record('t-0').leader === 2);
  });
});

test('a broker that cannot reach the controller is fenced, and comes back in the same incarnation', () => {
  const small = cluster();
  const epoch = small.broker(1).brokerEpoch;
  small.isolate(1);
  small.until(() => !small.image.isActive(1));
  expect(small.broker(1).partitions.get('t-0')?.isLeader).toBe(true);
  small.isolate(1, false);
  small.until(() => small.image.isActive(1) && !small.replica(1, 't-0').isLeader);
  expect(small.broker(1).brokerEpoch).toBe(epoch);
  small.until(() => small.record('t-0').isr.length === 3);
});

test('leaders go back to the preferred replicas by themselves', () => {
  const small = cluster({ 'leader.imbalance.check.interval.seconds': 5 });
  shutDown(small, 1);
  small.world.start(small.host(1));
  small.until(() => small.record('t-0').leader === 1);
  expect(small.hits('preferred-leader-elected')).toBeGreaterThan(0);
});

test('an API that brokers do not serve is a bug of whoever asks', () => {
  const small = cluster();
  const [brokerId, fetchOffset, maxWaitMs] = [1, 0, 0];
  expect(() => small.ask(1, { api: Api.FetchMetadata, brokerId, fetchOffset, maxWaitMs })).toThrow(
    'does not serve',
  );
});
