import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import type { RequestBody, ResponseBody } from '../protocol/messages.ts';
import { Errors } from '../../kafka/errors.ts';
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP } from '../protocol/messages.ts';
import type { ProduceResponse } from '../protocol/messages.ts';
import { recordsOf } from './testing/scripted-replicas.ts';
import { SmallCluster } from './testing/small-cluster.ts';

/** Three brokers, t-0 on all of them, led by broker 1. */
function cluster(configuration: Record<string, number | boolean> = {}): SmallCluster {
  const small = new SmallCluster(3, { 'min.insync.replicas': 2, ...configuration });
  small.topic(1, 3);
  return small;
}

describe('produce', () => {
  test('acks=all is answered when all in-sync replicas have the record', () => {
    const small = cluster();
    expect(small.produce(1, 't-0', ['a', 'b'])).toMatchObject({ error: Errors.NONE, baseOffset: 0 });
    expect([1, 2, 3].map((broker) => small.replica(broker, 't-0').log.logEndOffset)).toEqual([2, 2, 2]);
    expect(small.produce(1, 't-0', ['c']).baseOffset).toBe(2);
  });

  test('acks=1 is answered when the leader has it', () => {
    const small = cluster();
    for (const broker of [2, 3]) small.world.pause(small.host(broker));
    expect(small.produce(1, 't-0', ['a'], 1)).toMatchObject({ error: Errors.NONE, baseOffset: 0 });
    expect(small.replica(1, 't-0').highWatermark).toBe(0);
  });

  test('acks=0 is not answered at all, and appended', () => {
    const small = cluster();
    const connection = small.clientContext.connect<RequestBody, ResponseBody>(small.host(1));
    const { topicId } = small.record('t-0');
    const partitions = [{ partition: 't-0', topicId, ...recordsOf('a') }];
    connection.send({ api: Api.Produce, acks: 0, timeoutMs: 0, partitions }, null);
    small.until(() => small.replica(1, 't-0').log.logEndOffset === 1);
    small.wait(100);
    expect(connection.inFlight).toBe(0);
  });

  test.each([
    { why: 'a follower', broker: 2, partition: 't-0', error: Errors.NOT_LEADER_OR_FOLLOWER },
    { why: 'of an unknown partition', broker: 1, partition: 'x-0', error: Errors.UNKNOWN_TOPIC_OR_PARTITION },
  ])('refused: $why', ({ broker, partition, error }) => {
    const small = cluster();
    expect(small.produce(broker, partition, ['a'])).toMatchObject({ error, baseOffset: -1 });
  });

  test('refused before the append under min.insync.replicas, but only with acks=all', () => {
    const small = cluster({ 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 });
    for (const broker of [2, 3]) small.world.losePower(small.host(broker), 1);
    small.until(() => small.replica(1, 't-0').isr.length === 1);
    expect(small.produce(1, 't-0', ['a']).error).toBe(Errors.NOT_ENOUGH_REPLICAS);
    expect(small.replica(1, 't-0').log.logEndOffset).toBe(0);
    expect(small.produce(1, 't-0', ['b'], 1).error).toBe(Errors.NONE);
    expect(small.hits('not-enough-replicas')).toBe(1);
  });

  test('gives up after its time; the record stays and may still be committed', () => {
    const small = cluster();
    small.world.pause(small.host(3));
    expect(small.produce(1, 't-0', ['a'], -1, 500)).toMatchObject({
      error: Errors.REQUEST_TIMED_OUT,
      baseOffset: -1,
    });
    small.world.resume(small.host(3));
    small.until(() => small.replica(1, 't-0').highWatermark === 1);
  });

  test('a leader that steps down does not know how its records will end', () => {
    const small = cluster();
    for (const broker of [2, 3]) small.world.pause(small.host(broker));
    let answer: ProduceResponse | null = null;
    const { topicId } = small.record('t-0');
    const partitions = [{ partition: 't-0', topicId, ...recordsOf('a') }];
    const request = { api: Api.Produce, acks: -1, timeoutMs: 60_000, partitions };
    small.send(1, request, (response) => (answer = response));
    small.until(() => small.replica(1, 't-0').log.logEndOffset === 1);
    small.ask('controller', { api: Api.AlterPartitionReassignments, partition: 't-0', replicas: [2, 1, 3] });
    small.ask('controller', { api: Api.ElectLeaders, partition: 't-0', election: 'preferred' });
    small.until(() => answer !== null);
    expect(answer!).toMatchObject({ partitions: [{ error: Errors.NOT_LEADER_OR_FOLLOWER }] });
  });

  test('several partitions in one request: each has its own outcome', () => {
    const small = cluster();
    const { topicId } = small.record('t-0');
    const partitions = ['t-0', 'x-0'].map((partition) => ({ partition, topicId, ...recordsOf('a') }));
    const { partitions: results } = small.ask(1, { api: Api.Produce, acks: -1, timeoutMs: 1000, partitions });
    expect(results.map(({ error }) => error)).toEqual([Errors.NONE, Errors.UNKNOWN_TOPIC_OR_PARTITION]);
  });
});

describe('fetch by a consumer', () => {
  test('reads up to the high watermark, followers up to the log end', () => {
    const small = cluster();
    small.produce(1, 't-0', ['a']);
    for (const broker of [2, 3]) small.world.pause(small.host(broker));
    small.produce(1, 't-0', ['b'], 1);
    const fetched = small.fetch(1, { partition: 't-0' });
    expect(fetched.highWatermark).toBe(1);
    expect(fetched.batches.flatMap(({ records }) => records.map(({ value }) => value))).toEqual(['a']);
  });

  test.each([
    { why: 'an old leader epoch', asked: { currentLeaderEpoch: 0 }, error: Errors.FENCED_LEADER_EPOCH },
    { why: 'one not known yet', asked: { currentLeaderEpoch: 9 }, error: Errors.UNKNOWN_LEADER_EPOCH },
    { why: 'an offset beyond the end', asked: { fetchOffset: 7 }, error: Errors.OFFSET_OUT_OF_RANGE },
    { why: 'an unknown partition', asked: { partition: 'x-0' }, error: Errors.UNKNOWN_TOPIC_OR_PARTITION },
  ])('refused: $why', ({ asked, error }) => {
    const small = cluster();
    small.ask('controller', { api: Api.AlterPartitionReassignments, partition: 't-0', replicas: [2, 1, 3] });
    small.ask('controller', { api: Api.ElectLeaders, partition: 't-0', election: 'preferred' });
    small.until(() => small.replica(2, 't-0').isLeader);
    expect(small.fetch(2, { partition: 't-0', ...asked }).error).toBe(error);
  });

  test('a position whose epoch ended earlier at the leader: where it did', () => {
    const small = cluster();
    small.produce(1, 't-0', ['a']);
    small.ask('controller', { api: Api.AlterPartitionReassignments, partition: 't-0', replicas: [2, 1, 3] });
    small.ask('controller', { api: Api.ElectLeaders, partition: 't-0', election: 'preferred' });
    small.until(() => small.replica(2, 't-0').isLeader);
    small.produce(2, 't-0', ['b']);
    const fetched = small.fetch(2, { partition: 't-0', fetchOffset: 2, lastFetchedEpoch: 0 });
    expect(fetched).toMatchObject({
      error: Errors.NONE,
      divergingEpoch: { epoch: 0, endOffset: 1 },
      batches: [],
    });
  });

  test('a consumer between the high watermark and the end of the log waits, and is in range', () => {
    const small = cluster();
    for (const broker of [2, 3]) small.world.pause(small.host(broker));
    small.produce(1, 't-0', ['a'], 1);
    const before = small.world.nowUs;
    expect(small.fetch(1, { partition: 't-0', fetchOffset: 1 }, 300)).toMatchObject({
      error: Errors.NONE,
      batches: [],
    });
    expect(small.world.nowUs - before).toBeGreaterThanOrEqual(300_000);
  });
});

describe('fetch by a broker', () => {
  const asFollower = (
    small: SmallCluster,
    replicaId: number,
    fetchOffset: number,
    lastFetchedEpoch: number,
  ) => {
    const { topicId } = small.record('t-0');
    const partitions = [{ partition: 't-0', topicId, fetchOffset, lastFetchedEpoch, currentLeaderEpoch: 0 }];
    const [replicaEpoch, maxWaitMs, minRecords] = [small.broker(3).brokerEpoch, 0, 1];
    return small.ask(1, { api: Api.Fetch, replicaId, replicaEpoch, maxWaitMs, minRecords, partitions })
      .partitions[0]!;
  };
  const positionOf3 = (small: SmallCluster) =>
    small.replica(1, 't-0').followers.find(({ broker }) => broker === 3)!.logEndOffset;

  test('a position that diverges is no acknowledgement', () => {
    const small = cluster();
    small.world.pause(small.host(3));
    small.produce(1, 't-0', ['a', 'b'], 1);
    expect(positionOf3(small)).toBe(0);
    // Epoch -5 cannot be placed: wherever it stands, it does not agree.
    asFollower(small, 3, 2, 9);
    expect(positionOf3(small)).toBe(0);
    asFollower(small, 3, 2, 0);
    expect(positionOf3(small)).toBe(2);
  });

  test('a broker that holds no replica is refused', () => {
    expect(asFollower(cluster(), 9, 0, -1).error).toBe(Errors.UNKNOWN_LEADER_EPOCH);
  });
});

describe('offsets', () => {
  const listOffset = (
    small: SmallCluster,
    timestamp: -1 | -2,
    replicaId = -1,
    currentLeaderEpoch = -1,
    broker = 1,
  ) =>
    small.ask(broker, {
      api: Api.ListOffsets,
      replicaId,
      partitions: [{ partition: 't-0', timestamp, currentLeaderEpoch }],
    }).partitions[0]!;

  test('the earliest, the latest for a consumer, the latest for a follower', () => {
    const small = cluster();
    small.produce(1, 't-0', ['a']);
    for (const broker of [2, 3]) small.world.pause(small.host(broker));
    small.produce(1, 't-0', ['b'], 1);
    expect(listOffset(small, EARLIEST_TIMESTAMP).offset).toBe(0);
    expect(listOffset(small, LATEST_TIMESTAMP)).toMatchObject({ offset: 1, leaderEpoch: 0 });
    expect(listOffset(small, LATEST_TIMESTAMP, 2).offset).toBe(2);
  });

  test('a new leader says that it does not know the latest one yet (KIP-207)', () => {
    const small = cluster({ 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 });
    small.world.pause(small.host(3));
    small.produce(1, 't-0', ['a'], 1);
    small.until(() => small.replica(2, 't-0').log.logEndOffset === 1);
    small.world.losePower(small.host(1), 1);
    small.until(() => small.replica(2, 't-0').isLeader);
    expect(listOffset(small, LATEST_TIMESTAMP, -1, -1, 2).error).toBe(Errors.OFFSET_NOT_AVAILABLE);
  });

  test.each([
    { why: 'a follower', broker: 2, epoch: -1, error: Errors.NOT_LEADER_OR_FOLLOWER },
    { why: 'a wrong epoch', broker: 1, epoch: 5, error: Errors.UNKNOWN_LEADER_EPOCH },
  ])('refused: $why', ({ broker, epoch, error }) => {
    expect(listOffset(cluster(), LATEST_TIMESTAMP, -1, epoch, broker).error).toBe(error);
  });

  test('where an epoch ends', () => {
    const small = cluster();
    small.produce(1, 't-0', ['a', 'b']);
    const ends = (leaderEpoch: number, broker = 1, partition = 't-0') =>
      small.ask(broker, {
        api: Api.OffsetsForLeaderEpoch,
        replicaId: -1,
        partitions: [{ partition, leaderEpoch, currentLeaderEpoch: -1 }],
      }).partitions[0];
    expect(ends(0)).toMatchObject({ error: Errors.NONE, leaderEpoch: 0, endOffset: 2 });
    expect(ends(7)).toMatchObject({ error: Errors.NONE, leaderEpoch: -1, endOffset: -1 });
    expect(ends(0, 2)).toMatchObject({ error: Errors.NOT_LEADER_OR_FOLLOWER });
    expect(ends(0, 1, 'x-0')).toMatchObject({ error: Errors.UNKNOWN_TOPIC_OR_PARTITION });
  });
});

describe('checkpoints', () => {
  const configuration = { 'replica.high.watermark.checkpoint.interval.ms': 500 };

  test('a crashed broker comes back with the high watermark of the last checkpoint', () => {
    const small = cluster(configuration);
    small.produce(1, 't-0', ['a']);
    small.wait(1000);
    small.produce(1, 't-0', ['b']);
    small.world.pause(small.host(2));
    small.world.crash(small.host(2));
    small.world.start(small.host(2));
    small.until(() => small.broker(2).partitions.has('t-0'));
    expect(small.replica(2, 't-0').highWatermark).toBe(1);
  });

  test('a broker that goes again before it has heard of any partition keeps the high watermarks of logs that nobody has claimed yet (KAFKA-1647)', () => {
    const small = cluster(configuration);
    small.produce(1, 't-0', ['a']);
    small.wait(1000);
    small.isolate(2);
    small.world.crash(small.host(2));
    small.world.start(small.host(2));
    small.wait(3000);
    expect(small.broker(2).partitions.size).toBe(0);
    // Its shutdown writes the checkpoint, though it has never learnt which partitions it has.
    small.broker(2).shutdown(() => {});
    small.world.crash(small.host(2));
    small.world.start(small.host(2));
    small.isolate(2, false);
    small.until(() => small.broker(2).partitions.has('t-0'));
    expect(small.replica(2, 't-0').highWatermark).toBe(1);
  });
});
