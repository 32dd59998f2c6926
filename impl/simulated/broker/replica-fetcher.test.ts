import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { recordsOf } from './testing/scripted-replicas.ts';
import { SmallCluster } from './testing/small-cluster.ts';

function cluster(configuration: Record<string, number | boolean> = {}): SmallCluster {
  const small = new SmallCluster(3, {
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 200,
    ...configuration,
  });
  small.topic(1, 3);
  return small;
}

const valuesOf = (small: SmallCluster, broker: number): string =>
  small
    .replica(broker, 't-0')
    .log.batches.flatMap(({ records }) => records.map(({ value }) => value))
    .join('');

/** Makes a broker leader by order. */
function lead(small: SmallCluster, broker: number): void {
  const replicas = [broker, ...[1, 2, 3].filter((other) => other !== broker)];
  small.ask('controller', { api: Api.AlterPartitionReassignments, partition: 't-0', replicas });
  small.ask('controller', { api: Api.ElectLeaders, partition: 't-0', election: 'preferred' });
  small.until(() => small.replica(broker, 't-0').isLeader);
}

test('followers copy what the leader has, and learn the high watermark', () => {
  const small = cluster();
  for (const value of 'abc') small.produce(1, 't-0', [value]);
  // The last move of the high watermark comes with the answer to a fetch that found nothing (KAFKA-9731).
  small.wait(600);
  for (const broker of [2, 3]) {
    expect([valuesOf(small, broker), small.replica(broker, 't-0').highWatermark]).toEqual(['abc', 3]);
  }
});

test('an idle cluster fetches no more often than it must: a fetch waits at the leader', () => {
  const small = cluster({ 'replica.fetch.wait.max.ms': 500 });
  small.wait(1000);
  const before = small.world.events;
  small.wait(10_000);
  // Two followers, a fetch each half second, four events each; and heartbeats and metadata fetches.
  expect(small.world.events - before).toBeLessThan(1200);
});

test('a follower truncates what the new leader does not have, and takes what it has', () => {
  const small = cluster();
  small.produce(1, 't-0', ['a']);
  small.isolate(1);
  small.replica(1, 't-0').append(recordsOf('x', 'y'), 1, null);
  small.until(() => small.record('t-0').leader === 2 && small.replica(2, 't-0').isLeader);
  small.produce(2, 't-0', ['b']);
  small.isolate(1, false);
  small.until(() => valuesOf(small, 1) === 'ab' && small.record('t-0').isr.length === 3);
  expect(small.hits('diverging-epoch-returned')).toBeGreaterThan(0);
  expect(small.hits('log-truncated')).toBeGreaterThan(0);
});

test('with interleaved epochs it takes another round (KIP-279)', () => {
  const small = cluster({ 'min.insync.replicas': 1 });
  small.produce(1, 't-0', ['a']);
  const [one, two] = [small.replica(1, 't-0'), small.replica(2, 't-0')];
  // Epoch 0 goes on at broker 1 alone, epoch 1 begins at broker 2 alone.
  small.isolate(1);
  one.append(recordsOf('x'), 1, null);
  small.until(() => two.isLeader);
  small.isolate(3);
  two.append(recordsOf('p', 'q'), 1, null);
  small.world.losePower(small.host(1), 1);
  small.isolate(3, false);
  small.until(() => small.record('t-0').isr.length === 2 && valuesOf(small, 3) === 'apq');
  expect(two.log.epochs.entries.map(({ epoch }) => epoch)).toEqual([0, 1]);
});

test('a new epoch of the same leader begins a new fetch session, too (KAFKA-7164)', () => {
  const small = cluster();
  const epoch = small.replica(1, 't-0').leaderEpoch;
  lead(small, 2);
  lead(small, 1);
  small.produce(1, 't-0', ['a']);
  expect(small.replica(1, 't-0').leaderEpoch).toBe(epoch + 2);
  expect(valuesOf(small, 3)).toBe('a');
});

test('who is behind for long is taken out of the ISR, and back in when it has caught up', () => {
  const small = cluster({ 'replica.lag.time.max.ms': 2000, 'broker.session.timeout.ms': 60_000 });
  small.world.pause(small.host(3));
  small.produce(1, 't-0', ['a'], 1);
  small.until(() => small.record('t-0').isr.length === 2);
  expect(small.record('t-0').isr).toEqual([1, 2]);
  small.world.resume(small.host(3));
  small.until(() => small.record('t-0').isr.length === 3);
  expect(valuesOf(small, 3)).toBe('a');
});

describe('out of range', () => {
  test('a follower that is beyond an unclean leader drops only what lies beyond it', () => {
    const small = cluster({ 'unclean.leader.election.enable': true, 'eligible.leader.replicas.version': 0 });
    small.produce(1, 't-0', ['a']);
    small.world.pause(small.host(3));
    small.until(() => !small.image.isActive(3));
    small.produce(1, 't-0', ['b']);
    for (const broker of [1, 2]) small.world.crash(small.host(broker));
    small.world.resume(small.host(3));
    small.until(() => small.record('t-0').leader === 3);
    for (const broker of [1, 2]) small.world.start(small.host(broker));
    small.until(() => small.record('t-0').isr.length === 3);
    expect([1, 2, 3].map((broker) => valuesOf(small, broker))).toEqual(['a', 'a', 'a']);
  });
});

test('a leader that has gone is asked again and again, without haste', () => {
  const small = cluster({ 'replica.fetch.backoff.ms': 1000, 'broker.session.timeout.ms': 60_000 });
  small.world.crash(small.host(1));
  const lost = small.hits('message-lost');
  small.wait(10_000);
  // Two followers, about once a second each; the rest is what was under way.
  expect(small.hits('message-lost') - lost).toBeLessThan(30);
  expect(small.hits('message-lost') - lost).toBeGreaterThan(10);
});
