import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Probe } from '../catalogue/probes.ts';
import { fencing, ORDERS_0, scene } from './testing/consumer-scene.ts';

describe('a new leader', () => {
  test('validates the position before the consumer fetches from it', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a']);
    it.assign(0);
    expect(it.read()).toEqual(['a']);
    it.cluster.script = fencing(it.cluster);
    it.cluster.elect('orders-0', 2);
    it.cluster.append('orders-0', ['b']);
    expect(it.read(1000)).toEqual(['b']);
    const asked = it.cluster.received.filter(
      ({ node, body }) => node === 'broker-2' && body.api !== Api.Metadata,
    );
    expect(asked[0]?.body).toMatchObject({
      api: Api.OffsetsForLeaderEpoch,
      partitions: [{ leaderEpoch: 0, currentLeaderEpoch: 1 }],
    });
    expect(asked[1]?.body).toMatchObject({
      api: Api.Fetch,
      partitions: [{ fetchOffset: 1, currentLeaderEpoch: 1 }],
    });
  });

  test('does not validate the position when nothing was consumed yet', () => {
    const it = scene();
    it.cluster.script = fencing(it.cluster);
    it.assign(0);
    it.poll(20);
    it.cluster.elect('orders-0', 2);
    it.cluster.append('orders-0', ['a']);
    expect(it.read(1000)).toEqual(['a']);
    expect(it.cluster.requests(Api.OffsetsForLeaderEpoch)).toHaveLength(0);
  });

  test('without the consumed records resets the consumer to where the logs diverge', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a']);
    it.cluster.append('orders-0', ['lost']);
    it.assign(0);
    expect(it.read()).toEqual(['a', 'lost']);
    it.cluster.script = fencing(it.cluster);
    it.truncate(1, 2);
    it.cluster.append('orders-0', ['b']);
    expect(it.poll(1000)).toMatchObject({
      type: 'ok',
      resets: [{ ...ORDERS_0, from: 2, to: 1, reason: 'log-truncation' }],
      partitions: [{ from: 1, to: 2, records: [{ offset: 1, value: 'b' }] }],
    });
    expect(it.cluster.world.probeCounts[Probe['consumer-truncation-detected']]).toBe(1);
  });

  test('without the consumed records is an error with auto.offset.reset=none', () => {
    const it = scene({ 'auto.offset.reset': 'none' });
    it.cluster.append('orders-0', ['a']);
    it.cluster.append('orders-0', ['lost']);
    it.assign(0);
    it.read();
    it.cluster.script = fencing(it.cluster);
    it.truncate(1, 2);
    expect(it.poll(1000)).toEqual({ type: 'fail', error: 'LOG_TRUNCATION' });
    expect(it.poll(1000)).toEqual({ type: 'fail', error: 'LOG_TRUNCATION' });
    it.consumer.seek(ORDERS_0, 0);
    expect(it.read(1000)).toEqual(['a']);
  });

  test('that does not know the end of the epoch makes the consumer reset by policy', () => {
    const it = scene({ 'auto.offset.reset': 'earliest' });
    it.cluster.append('orders-0', ['lost']);
    it.assign(0);
    it.read();
    it.cluster.script = fencing(it.cluster);
    it.truncate(0, 2);
    it.cluster.append('orders-0', ['b']);
    expect(it.poll(1000)).toMatchObject({
      resets: [{ from: 1, to: 0, reason: 'log-truncation' }],
      partitions: [{ from: 0, records: [{ value: 'b' }] }],
    });
  });

  test('makes the consumer drop records of the old one that it has not handed out', () => {
    const it = scene({ 'max.poll.records': 1, 'metadata.max.age.ms': 300 });
    it.cluster.append('orders-0', ['a']);
    it.cluster.append('orders-0', ['lost']);
    it.assign(0);
    expect(it.read()).toEqual(['a']);
    it.truncate(1, 2);
    it.cluster.append('orders-0', ['b']);
    it.cluster.run(500);
    expect(it.read(1000)).toEqual(['b']);
  });

  test('is ignored when its response is about a position that was left meanwhile', () => {
    const it = scene({ 'metadata.max.age.ms': 300 });
    it.cluster.append('orders-0', ['a', 'b']);
    it.assign(0);
    it.read();
    it.truncate(0, 2);
    it.cluster.append('orders-0', ['c', 'd']);
    it.cluster.run(500);
    it.read(0);
    expect(it.consumer.polling).toBe(false);
    it.consumer.seek(ORDERS_0, 1);
    const outcome = it.poll(1000);
    expect(it.cluster.requests(Api.OffsetsForLeaderEpoch)).toHaveLength(1);
    expect(outcome).toMatchObject({
      resets: [],
      partitions: [{ from: 1, to: 2, records: [{ value: 'd' }] }],
    });
  });

  test('is not replaced by the old one from older metadata', () => {
    const it = scene({ 'metadata.max.age.ms': 100 });
    const [before] = it.cluster.partitions;
    it.cluster.elect('orders-0', 2);
    it.cluster.run(200);
    it.cluster.script = (request) =>
      request.api === Api.Metadata
        ? { api: Api.Metadata, brokers: [1, 2, 3], partitions: [before!] }
        : undefined;
    it.cluster.run(500);
    it.assign(0);
    it.poll(50);
    expect(it.cluster.requests(Api.Fetch).map(({ node }) => node)).toEqual(['broker-2']);
  });
});
