import { describe, expect, test } from 'vitest';

import type { StartPosition } from '../../../model/history/history.ts';
import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { FetchRequest, RequestBody, ResponseBody } from '../protocol/messages.ts';
import { Probe } from '../catalogue/probes.ts';
import { Consumer } from './consumer.ts';
import type { PollOutcome } from './consumer.ts';
import { judgePosition } from './fetch-position.ts';
import { ScriptedCluster } from './testing/scripted-cluster.ts';

const ORDERS_0 = { topic: 'orders', partition: 0 };

class Scene {
  readonly cluster: ScriptedCluster;
  readonly consumer: Consumer;

  constructor(leaders: readonly number[], configuration: Record<string, string | number>) {
    this.cluster = new ScriptedCluster(3);
    this.cluster.topic('orders', leaders);
    this.consumer = this.cluster.start(
      (context, settings, directory) => new Consumer(context, settings, directory),
      configuration,
    );
    this.cluster.run(10);
  }

  assign(...positions: StartPosition[]): void {
    this.consumer.assign(positions.map((position, partition) => ({ topic: 'orders', partition, position })));
  }

  /** Polls and lets time pass until the poll is over. */
  poll(timeoutMs = 200): PollOutcome {
    let outcome: PollOutcome | null = null;
    this.consumer.poll(timeoutMs, (completed) => (outcome = completed));
    this.cluster.run(timeoutMs + 1);
    if (outcome === null) throw new Error('the poll did not end in time');
    return outcome;
  }

  /** The values of one poll, all partitions together. */
  read(timeoutMs?: number): string[] {
    const outcome = this.poll(timeoutMs);
    if (outcome.type !== 'ok') throw new Error(outcome.error);
    return outcome.partitions.flatMap(({ records }) => records.map((record) => record.value));
  }

  offsetsFetched(): number[] {
    return this.cluster.requests(Api.Fetch).map(({ body }) => body.partitions[0]!.fetchOffset);
  }

  /** The partition loses its end, and its new leader is another broker. */
  truncate(batches: number, newLeader: number): void {
    this.cluster.logs.get('orders-0')!.length = batches;
    this.cluster.elect('orders-0', newLeader);
  }
}

function scene(configuration: Record<string, string | number> = {}, leaders: readonly number[] = [1]): Scene {
  return new Scene(leaders, { 'fetch.max.wait.ms': 50, ...configuration });
}

function refuseFetch(request: FetchRequest, error: ErrorCode): ResponseBody {
  return {
    api: Api.Fetch,
    partitions: request.partitions.map(({ partition }) => ({
      partition,
      error,
      highWatermark: -1,
      logStartOffset: -1,
      divergingEpoch: null,
      batches: [],
    })),
  };
}

/** What a broker with newer metadata says to a fetch in an old epoch. */
function fencing(cluster: ScriptedCluster) {
  return (request: RequestBody): ResponseBody | undefined => {
    if (request.api !== Api.Fetch) return undefined;
    const { partition, currentLeaderEpoch } = request.partitions[0]!;
    const present = cluster.partitions.find((candidate) => candidate.partition === partition)!;
    return currentLeaderEpoch < present.leaderEpoch
      ? refuseFetch(request, Errors.FENCED_LEADER_EPOCH)
      : undefined;
  };
}

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

  test('returns after its timeout when there is nothing, and says that the end is reached', () => {
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

  test('with timeout 0 returns at once, and what it asked for is there the next time', () => {
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

  test('one at a time', () => {
    const it = scene();
    it.assign(0);
    it.consumer.poll(100, () => {});
    expect(() => it.consumer.poll(100, () => {})).toThrow('while a poll is in progress');
    expect(() => it.consumer.seek(ORDERS_0, 0)).toThrow('while a poll is in progress');
  });
});

describe('seek', () => {
  test('drops what was fetched from elsewhere', () => {
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

  test('an answer that is about the position before is ignored', () => {
    const it = scene();
    it.cluster.append('orders-0', ['a', 'b']);
    it.assign(0);
    it.read(0);
    it.consumer.seek(ORDERS_0, 1);
    it.cluster.run(10);
    expect(it.read()).toEqual(['b']);
  });
});

describe('a late answer', () => {
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

  test('to a fetch from before a seek does not tell that the end is reached, even at the same offset', () => {
    const it = scene();
    it.assign(0);
    it.read(0);
    it.consumer.seek(ORDERS_0, 0);
    it.cluster.run(200);
    expect(it.consumer.atEnd()).toBe(false);
    it.read(100);
    expect(it.consumer.atEnd()).toBe(true);
  });

  test('about a former assignment moves and reports nothing', () => {
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
  ])('an offset out of range goes to the %s one', (policy, to) => {
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

  test('or is an error, at each poll, until somebody seeks', () => {
    const it = scene({ 'auto.offset.reset': 'none' });
    it.cluster.append('orders-0', ['a']);
    it.assign(7);
    expect(it.poll()).toEqual({ type: 'fail', error: 'OFFSET_OUT_OF_RANGE' });
    expect(it.poll(500)).toEqual({ type: 'fail', error: 'OFFSET_OUT_OF_RANGE' });
    it.consumer.seek(ORDERS_0, 0);
    expect(it.read()).toEqual(['a']);
  });

  test('a position that the application asked for is no reset', () => {
    const it = scene();
    it.assign('latest');
    expect(it.poll()).toMatchObject({ resets: [] });
  });

  test.each([Errors.OFFSET_NOT_AVAILABLE, Errors.NOT_LEADER_OR_FOLLOWER, Errors.FENCED_LEADER_EPOCH])(
    'ListOffsets is asked again after error %i',
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

describe('a topic made anew under the name of a deleted one', () => {
  test('is asked for by its own id, once the broker has refused the old one', () => {
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

  test('holds the consumer where it was, or sends it back to where its log ends, as if it were the old one', () => {
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

describe('a new leader', () => {
  test('is asked whether it has what was consumed before it is fetched from', () => {
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

  test('is not asked when nothing was consumed yet', () => {
    const it = scene();
    it.cluster.script = fencing(it.cluster);
    it.assign(0);
    it.poll(20);
    it.cluster.elect('orders-0', 2);
    it.cluster.append('orders-0', ['a']);
    expect(it.read(1000)).toEqual(['a']);
    expect(it.cluster.requests(Api.OffsetsForLeaderEpoch)).toHaveLength(0);
  });

  test('without the consumed records sends the consumer back to where the logs part', () => {
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

  test('that cannot tell makes the consumer reset by policy', () => {
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

  test('makes the consumer drop what it has from the old one and did not hand out', () => {
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

  test('a reply about a position that was left meanwhile is ignored', () => {
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

  test('older metadata does not bring the old leader back', () => {
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

describe('a position and the end of its epoch', () => {
  test.each([
    [10, 3, 12, 'valid'],
    [10, 3, 10, 'valid'],
    [10, 3, 9, 'truncated'],
    [10, 2, 9, 'truncated'],
    [10, -1, -1, 'unknown'],
  ] as const)('offset %i, epoch %i ends at %i: %s', (offset, epoch, endOffset, verdict) => {
    expect(judgePosition({ offset, offsetEpoch: 3 }, epoch, endOffset)).toBe(verdict);
  });
});
