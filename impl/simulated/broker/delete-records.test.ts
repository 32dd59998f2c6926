import { expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import { EARLIEST_TIMESTAMP } from '../protocol/messages.ts';
import { markerBatch } from '../../kafka/records.ts';
import type { Rules } from '../rules/rules.ts';
import { restartWithinBatch } from '../rules/truncation.ts';
import { recordsOf } from './testing/scripted-replicas.ts';
import { SmallCluster } from './testing/small-cluster.ts';

const QUICK = { 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 };

/** Three replicas with the records a to e, one a batch. */
function withFive(rules: Partial<Rules> = {}): SmallCluster {
  const small = new SmallCluster(3, { ...QUICK, 'replica.lag.time.max.ms': 2000 }, rules);
  small.topic(1, 3);
  for (const value of 'abcde') small.produce(1, 't-0', [value]);
  return small;
}

function deleteBefore(small: SmallCluster, broker: number, beforeOffset: number) {
  return small.ask(broker, { api: Api.DeleteRecords, partition: 't-0', beforeOffset, timeoutMs: 5000 }).error;
}

const startOf = (small: SmallCluster, broker: number): number =>
  small.replica(broker, 't-0').log.logStartOffset;

test('a deletion is answered when all live replicas have carried it out', () => {
  const small = withFive();
  expect(deleteBefore(small, 1, 3)).toBe(Errors.NONE);
  expect([1, 2, 3].map((broker) => startOf(small, broker))).toEqual([3, 3, 3]);
});

test('what lies above the high watermark cannot be deleted, and a follower deletes nothing on request', () => {
  const small = withFive();
  expect(deleteBefore(small, 1, 6)).toBe(Errors.OFFSET_OUT_OF_RANGE);
  expect(deleteBefore(small, 2, 3)).toBe(Errors.NOT_LEADER_OR_FOLLOWER);
  expect(startOf(small, 1)).toBe(0);
});

test('a fetch below the log start is out of range, and the earliest offset is the log start', () => {
  const small = withFive();
  deleteBefore(small, 1, 3);
  expect(small.fetch(1, { partition: 't-0', fetchOffset: 2 }).error).toBe(Errors.OFFSET_OUT_OF_RANGE);
  const asked = { partition: 't-0', timestamp: EARLIEST_TIMESTAMP, currentLeaderEpoch: -1 } as const;
  const listed = small.ask(1, { api: Api.ListOffsets, replicaId: -1, partitions: [asked] });
  expect(listed.partitions[0]?.offset).toBe(3);
});

test('the log start survives a crash', () => {
  const small = withFive();
  deleteBefore(small, 1, 3);
  small.world.crash(small.host(2));
  small.world.start(small.host(2));
  small.until(() => small.broker(2).partitions.has('t-0'));
  expect(startOf(small, 2)).toBe(3);
});

/** Broker 3 has nothing of the partition, while the leader deletes all that there is. */
function leftBehind(rules: Partial<Rules> = {}): SmallCluster {
  const small = withFive(rules);
  small.world.loseDisk(small.host(3));
  small.until(() => small.record('t-0').isr.length === 2);
  deleteBefore(small, 1, 5);
  small.produce(1, 't-0', ['f']);
  small.world.start(small.host(3));
  return small;
}

test("a follower below the leader's log start begins anew there, and its high watermark with it (KAFKA-9491)", () => {
  const small = leftBehind();
  small.until(() => small.record('t-0').isr.includes(3));
  const { log, highWatermark } = small.replica(3, 't-0');
  expect([log.logStartOffset, log.logEndOffset, highWatermark]).toEqual([5, 6, 6]);
  expect(small.hits('log-begins-anew')).toBe(1);
});

test('with the bug of KAFKA-9491 its high watermark is below its log for a while', () => {
  const small = leftBehind({ highWatermarkAfterFullTruncation: (highWatermark) => highWatermark });
  small.until(() => small.hits('log-begins-anew') === 1);
  expect(small.replica(3, 't-0').highWatermark).toBeLessThan(startOf(small, 3));
});

test("a follower whose new log begins within one of the leader's batches gets that batch whole", () => {
  const small = new SmallCluster(3, { ...QUICK, 'replica.lag.time.max.ms': 2000 });
  small.topic(1, 3);
  small.produce(1, 't-0', ['a', 'b', 'c']);
  small.world.loseDisk(small.host(3));
  small.until(() => small.record('t-0').isr.length === 2);
  deleteBefore(small, 1, 2);
  small.world.start(small.host(3));
  small.until(() => small.record('t-0').isr.includes(3));
  small.until(() => startOf(small, 3) === 2);
  expect(small.replica(3, 't-0').log.logEndOffset).toBe(3);
});

/**
 * Broker 1 leads, is cut off with records that nobody else has, and comes back to a leader that wrote one batch
 * in their place and has deleted the beginning of it.
 */
function partedBelowTheStart(rules: Partial<Rules> = {}): SmallCluster {
  const small = new SmallCluster(2, { ...QUICK, 'replica.lag.time.max.ms': 2000 }, rules);
  small.topic(1, 2);
  small.produce(1, 't-0', ['a']);
  small.isolate(1);
  for (const value of 'xyz') small.produce(1, 't-0', [value], 1);
  small.until(() => small.replica(2, 't-0').isLeader);
  small.produce(2, 't-0', ['b', 'c', 'd']);
  deleteBefore(small, 2, 3);
  small.isolate(1, false);
  return small;
}

test('a follower that parted from its leader below the log start takes the batch around that start whole', () => {
  const small = partedBelowTheStart();
  small.until(() => small.record('t-0').isr.includes(1));
  const { log, highWatermark } = small.replica(1, 't-0');
  expect([log.logStartOffset, log.logEndOffset, highWatermark]).toEqual([3, 4, 4]);
  expect(log.batches.at(-1)?.records.map((record) => record.value)).toEqual(['b', 'c', 'd']);
});

test('with the rules as Kafka has them, for empty logs only, it never follows again', () => {
  const small = partedBelowTheStart({
    restartAtLeaderStart: () => null,
    restartWithinBatch: (batch, log, leaderStartOffset) =>
      log.logEndOffset === log.logStartOffset ? restartWithinBatch(batch, log, leaderStartOffset) : null,
  });
  small.until(() => small.hits('replica-fetch-failed') === 1);
  small.wait(10_000);
  expect(small.record('t-0').isr).toEqual([2]);
});

/**
 * Broker 1 leads, is cut off with a record that nobody else has, and comes back to a leader that wrote the marker of
 * a transaction in its place and has deleted all up to there.
 */
function partedAtTheMarker(rules: Partial<Rules> = {}): SmallCluster {
  const small = new SmallCluster(2, { ...QUICK, 'replica.lag.time.max.ms': 2000 }, rules);
  small.topic(1, 2);
  const ofProducer = { producerId: 8, producerEpoch: 0, baseSequence: 0, transactional: true };
  small.replica(1, 't-0').append({ ...recordsOf('a'), ...ofProducer }, -1, null);
  small.until(() => small.replica(1, 't-0').highWatermark === 1);
  small.isolate(1);
  small.produce(1, 't-0', ['x'], 1);
  small.until(() => small.replica(2, 't-0').isLeader);
  const marker = markerBatch(8, 0, { type: 'abort', coordinatorEpoch: 0 }, 0);
  small.replica(2, 't-0').append(marker, -1, null, 'coordinator');
  small.until(() => small.replica(2, 't-0').highWatermark === 2);
  deleteBefore(small, 2, 2);
  small.isolate(1, false);
  small.until(() => small.record('t-0').isr.includes(1));
  return small;
}

test('a follower that never had the marker of a deleted transaction does not hold it for open', () => {
  const { log } = partedAtTheMarker().replica(1, 't-0');
  expect([log.logStartOffset, log.logEndOffset, log.producers.firstUnstableOffset]).toEqual([2, 2, null]);
});

test('with the rule as Kafka has it, the transaction hangs there', () => {
  const { log } = partedAtTheMarker({ restartAtLeaderStart: () => null }).replica(1, 't-0');
  expect([log.logStartOffset, log.logEndOffset, log.producers.firstUnstableOffset]).toEqual([2, 2, 0]);
});
