import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import { Probe } from '../catalogue/probes.ts';
import { ORDERS_0, refuseFetch, scene } from './testing/consumer-scene.ts';

describe('poll', () => {
  test('returns records as soon as there are any, with the position before and after', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a', 'b']);
    it.assign('earliest');
    expect(it.poll()).toEqual({
      type: 'ok',
      partitions: [
        {
          ...ORDERS_0,
          topicId: '1',
          from: 0,
          to: 2,
          records: [
            { offset: 0, key: null, value: 'a' },
            { offset: 1, key: null, value: 'b' },
          ],
          highWatermark: 2,
        },
      ],
      resets: [],
    });
  });

  test('returns after its timeout when there are no records, at the end of the partition', () => {
    const it = scene();
    it.assign('earliest');
    expect(it.consumer.atEnd()).toBe(false);
    expect(it.poll(200)).toEqual({
      type: 'ok',
      partitions: [{ ...ORDERS_0, topicId: '1', from: 0, to: 0, records: [], highWatermark: 0 }],
      resets: [],
    });
    expect(it.consumer.atEnd()).toBe(true);
  });

  test('sees a record that is written while it waits', () => {
    const it = scene();
    it.assign('latest');
    expect(it.read(100)).toEqual([]);
    it.cluster.append('orders-0', ['a']);
    expect(it.read(200)).toEqual(['a']);
  });

  test('hands out no more than max.poll.records, and fetches no more before those are handed out', () => {
    const it = scene({ 'max.poll.records': 2 });
    it.cluster.append('orders-0', ['a', 'b', 'c']);
    it.assign('earliest');
    expect(it.read()).toEqual(['a', 'b']);
    expect(it.consumer.position(ORDERS_0)).toBe(2);
    expect(it.consumer.atEnd()).toBe(false);
    expect(it.offsetsFetched()).toEqual([0]);
    expect(it.read()).toEqual(['c']);
    expect(it.consumer.atEnd()).toBe(true);
  });

  test('skips the records of a batch below the position', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a', 'b', 'c']);
    it.assign(1);
    expect(it.read()).toEqual(['b', 'c']);
  });

  test('with timeout 0 returns at once, and the next poll has the records', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a']);
    it.assign(0);
    expect(it.read(0)).toEqual([]);
    it.cluster.run(10);
    expect(it.read(0)).toEqual(['a']);
  });

  test('has one fetch in flight a broker, with all its partitions', () => {
    const it = scene({}, [1, 1, 2]);
    it.assign(0, 0, 0);
    it.poll(20);
    const fetches = it.cluster.requests(Api.Fetch).map(({ node, body }) => [node, body.partitions.length]);
    expect(fetches).toEqual([
      ['broker-1', 2],
      ['broker-2', 1],
    ]);
  });

  test('does not fetch again from a broker that has not answered', () => {
    const it = scene();
    it.assign(0);
    it.read(0);
    it.read(0);
    // Longer than the broker holds the first one; a second would be taken up after it.
    it.cluster.run(90);
    expect(it.cluster.requests(Api.Fetch)).toHaveLength(1);
  });

  test('refuses a second poll while one is in progress', () => {
    const it = scene();
    it.assign(0);
    it.consumer.poll(100, () => {});
    expect(() => it.consumer.poll(100, () => {})).toThrow('while a poll is in progress');
    expect(() => it.consumer.seek(ORDERS_0, 0)).toThrow('while a poll is in progress');
  });
});

describe('seek', () => {
  test('drops records fetched from another position', () => {
    const it = scene({ 'max.poll.records': 1 });
    it.cluster.append('orders-0', ['a', 'b', 'c']);
    it.assign(0);
    expect(it.read()).toEqual(['a']);
    it.consumer.seek(ORDERS_0, 2);
    expect(it.read()).toEqual(['c']);
    it.consumer.seek(ORDERS_0, 'earliest');
    expect(it.consumer.atEnd()).toBe(false);
    expect(it.read()).toEqual(['a']);
  });

  test('ignores a response about the position before', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a', 'b']);
    it.assign(0);
    it.read(0);
    it.consumer.seek(ORDERS_0, 1);
    it.cluster.run(10);
    expect(it.read()).toEqual(['b']);
  });
});

describe('a late response', () => {
  test('to ListOffsets does not undo a later seek', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a', 'b']);
    it.assign('earliest');
    it.read(0);
    it.consumer.seek(ORDERS_0, 'latest');
    it.cluster.append('orders-0', ['c']);
    it.read(100);
    expect(it.consumer.position(ORDERS_0)).toBe(3);
  });

  test('to a fetch before a seek does not mark the end as reached, not at the same offset either', () => {
    const it = scene();
    it.assign(0);
    it.read(0);
    it.consumer.seek(ORDERS_0, 0);
    it.cluster.run(200);
    expect(it.consumer.atEnd()).toBe(false);
    it.read(100);
    expect(it.consumer.atEnd()).toBe(true);
  });

  test('about a former assignment moves no position and reports no reset', () => {
    const it = scene({ 'metadata.max.age.ms': 300 });
    it.cluster.append('orders-0', ['a', 'b']);
    it.assign(0);
    it.read();
    it.truncate(0, 2);
    it.cluster.append('orders-0', ['c']);
    it.cluster.elect('orders-0', 2);
    it.cluster.script = (request) =>
      request.api === Api.OffsetsForLeaderEpoch
        ? {
            api: Api.OffsetsForLeaderEpoch,
            partitions: [{ partition: 'orders-0', error: Errors.NONE, leaderEpoch: 0, endOffset: 0 }],
          }
        : undefined;
    it.cluster.run(500);
    it.read(0);
    it.assign(0);
    it.cluster.run(100);
    expect(it.cluster.requests(Api.OffsetsForLeaderEpoch)).toHaveLength(1);
    expect(it.poll(100)).toMatchObject({ resets: [], partitions: [{ from: 0, records: [{ value: 'c' }] }] });
  });
});

describe('reset policies', () => {
  test.each([
    ['earliest', 0],
    ['latest', 2],
  ])('an offset out of range is reset to the %s one', (policy, to) => {
    const it = scene({ 'auto.offset.reset': policy });
    it.cluster.append('orders-0', ['a', 'b']);
    it.assign(7);
    const outcome = it.poll();
    expect(outcome).toMatchObject({
      type: 'ok',
      resets: [{ ...ORDERS_0, from: 7, to, reason: 'offset-out-of-range' }],
      partitions: [{ from: to, to: 2 }],
    });
    expect(it.cluster.world.probeCounts[Probe['consumer-reset']]).toBe(1);
  });

  test('with auto.offset.reset=none an offset out of range is an error at each poll until a seek', () => {
    const it = scene({ 'auto.offset.reset': 'none' });
    it.cluster.append('orders-0', ['a']);
    it.assign(7);
    expect(it.poll()).toEqual({ type: 'fail', error: 'OFFSET_OUT_OF_RANGE' });
    expect(it.poll(500)).toEqual({ type: 'fail', error: 'OFFSET_OUT_OF_RANGE' });
    it.consumer.seek(ORDERS_0, 0);
    expect(it.read()).toEqual(['a']);
  });

  test('a position that the application asked for is not reported as a reset', () => {
    const it = scene();
    it.assign('latest');
    expect(it.poll()).toMatchObject({ resets: [] });
  });

  test.each([Errors.OFFSET_NOT_AVAILABLE, Errors.NOT_LEADER_OR_FOLLOWER, Errors.FENCED_LEADER_EPOCH])(
    'ListOffsets is sent again after error %i',
    (error) => {
      const it = scene();
      it.cluster.append('orders-0', ['a']);
      let refusals = 2;
      it.cluster.script = (request) => {
        if (request.api !== Api.ListOffsets || refusals-- <= 0) return undefined;
        const partitions = request.partitions.map(({ partition }) => ({
          partition,
          error,
          offset: -1,
          leaderEpoch: -1,
        }));
        return { api: Api.ListOffsets, partitions };
      };
      it.assign('earliest');
      expect(it.read(1000)).toEqual(['a']);
      expect(it.cluster.requests(Api.ListOffsets)).toHaveLength(3);
    },
  );
});

describe('a topic created again under the name of a deleted one', () => {
  test('is fetched by its own id, once the broker has refused the old one', () => {
    const it = scene();
    it.assign(0);
    it.cluster.script = (request) => {
      if (request.api !== Api.Fetch) return undefined;
      const present = it.cluster.partitions[0]!.topicId;
      return request.partitions[0]!.topicId === present
        ? undefined
        : refuseFetch(request, Errors.UNKNOWN_TOPIC_ID);
    };
    it.cluster.append('orders-0', ['old']);
    expect(it.read()).toEqual(['old']);
    it.cluster.recreate('orders');
    it.cluster.append('orders-0', ['new']);
    it.consumer.seek(ORDERS_0, 0);
    const outcome = it.poll(1000);
    expect(outcome).toMatchObject({ partitions: [{ topicId: '2', from: 0, to: 1 }] });
  });

  test('keeps the position of the consumer, or resets it to the end of the new log, as if the topic were the old one', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a']);
    it.cluster.append('orders-0', ['b']);
    it.assign(0);
    expect(it.read()).toEqual(['a', 'b']);
    it.cluster.recreate('orders');
    it.cluster.append('orders-0', ['c']);
    it.cluster.script = (request) =>
      request.api === Api.Fetch && request.partitions[0]!.topicId === 1
        ? refuseFetch(request, Errors.INCONSISTENT_TOPIC_ID)
        : undefined;
    const reset = { ...ORDERS_0, from: 2, to: 1, reason: 'log-truncation' };
    expect(it.poll(1000)).toMatchObject({ type: 'ok', resets: [reset] });
  });
});
