import { expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { FetchedPartition } from '../protocol/messages.ts';
import type { Rules } from '../rules/rules.ts';
import { recordsOf } from './testing/scripted-replicas.ts';
import { SmallCluster } from './testing/small-cluster.ts';

const QUICK = { 'broker.session.timeout.ms': 1000, 'broker.heartbeat.interval.ms': 200 };

function withA(rules: Partial<Rules> = {}): SmallCluster {
  const small = new SmallCluster(3, QUICK, rules);
  small.topic(1, 3);
  small.produce(1, 't-0', ['a']);
  small.wait(600);
  return small;
}

/** A consumer with a rack fetches; the answer comes when there is one. */
function read(
  small: SmallCluster,
  broker: number,
  fetchOffset: number,
  maxWaitMs = 0,
): () => FetchedPartition | null {
  let answer: FetchedPartition | null = null;
  const { topicId } = small.record('t-0');
  const position = { partition: 't-0', topicId, fetchOffset, lastFetchedEpoch: -1, currentLeaderEpoch: -1 };
  const asConsumer = { replicaId: -1, replicaEpoch: -1, minRecords: 1, rackId: 'b' };
  small.send(
    broker,
    { api: Api.Fetch, ...asConsumer, maxWaitMs, partitions: [position] },
    (response) => (answer = response?.partitions[0] ?? null),
  );
  return () => answer;
}

const valuesOf = (fetched: FetchedPartition | null) =>
  fetched?.batches.flatMap(({ records }) => records.map(({ value }) => value)).join('');

test('a follower serves consumers up to its own high watermark', () => {
  const small = withA();
  small.isolate(2);
  small.replica(2, 't-0').appendFetched({ baseOffset: 1, lastOffset: 1, leaderEpoch: 0, ...recordsOf('x') });
  const answer = read(small, 2, 0);
  small.until(() => answer() !== null);
  expect(valuesOf(answer())).toBe('a');
});

test('a consumer without a rack is served by the leader only', () => {
  const small = withA();
  expect(small.fetch(2, { partition: 't-0' }).error).toBe(Errors.NOT_LEADER_OR_FOLLOWER);
});

test('a fetch that waits at a follower is answered when the high watermark passes it', () => {
  const small = withA();
  const answer = read(small, 2, 1, 5_000);
  small.wait(10);
  small.produce(1, 't-0', ['b']);
  small.wait(600);
  expect(valuesOf(answer())).toBe('b');
});

/** What a consumer gets that waits at broker 1 while that one learns that its end, x and y, was never committed. */
function readWhileTruncating(rules: Partial<Rules>): string | undefined {
  const small = withA(rules);
  small.isolate(1);
  small.replica(1, 't-0').append(recordsOf('x'), 1, null);
  small.replica(1, 't-0').append(recordsOf('y'), 1, null);
  small.until(() => small.record('t-0').leader === 2 && small.replica(2, 't-0').isLeader);
  small.produce(2, 't-0', ['b']);
  small.isolate(1, false);
  small.until(() => small.replica(1, 't-0').role === 'follower');
  const answer = read(small, 1, 1, 5_000);
  small.until(() => answer() !== null);
  return valuesOf(answer());
}

test('records that are about to be truncated are shown to nobody', () => {
  expect(readWhileTruncating({})).toBe('b');
});

test('with the bug of KAFKA-14704 a consumer reads one that was never committed', () => {
  expect(readWhileTruncating({ takesHighWatermarkWhenDiverging: () => true })).toBe('x');
});
