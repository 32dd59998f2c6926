import { describe, expect, test } from 'vitest';

import { Api } from '../../kafka/api.ts';
import { Errors } from '../../kafka/errors.ts';
import type { FetchedPartition, FetchResponse } from '../protocol/messages.ts';
import { SmallCluster } from './testing/small-cluster.ts';

/** Starts a fetch by a consumer at the end of t-0; says what came and when. */
function waitingFetch(
  small: SmallCluster,
  maxWaitMs: number,
): () => { partition: FetchedPartition; afterMs: number } {
  const { topicId } = small.record('t-0');
  const asked = { partition: 't-0', topicId, fetchOffset: 0, lastFetchedEpoch: -1, currentLeaderEpoch: -1 };
  const [replicaId, replicaEpoch, minRecords] = [-1, -1, 1];
  const request = { api: Api.Fetch, replicaId, replicaEpoch, maxWaitMs, minRecords, partitions: [asked] };
  const beganUs = small.world.nowUs;
  let answer: { partition: FetchedPartition; afterMs: number } | null = null;
  // On a connection of its own: one request at a time is served on each.
  small.clientContext.connect(small.host(1)).send(request, (response) => {
    const [partition] = (response as FetchResponse).partitions;
    answer = { partition: partition!, afterMs: (small.world.nowUs - beganUs) / 1000 };
  });
  small.wait(10);
  return () => {
    small.until(() => answer !== null);
    return answer!;
  };
}

function cluster(): SmallCluster {
  const small = new SmallCluster(2, { 'broker.session.timeout.ms': 60_000 });
  small.topic(1, 2);
  return small;
}

describe('a fetch that finds nothing is answered', () => {
  test('when there is something to read, at once', () => {
    const small = cluster();
    const fetched = waitingFetch(small, 20_000);
    small.produce(1, 't-0', ['a']);
    const { partition, afterMs } = fetched();
    expect(partition.batches).toHaveLength(1);
    expect(afterMs).toBeLessThan(1000);
  });

  test('not when the record is there but not committed', () => {
    const small = cluster();
    small.world.pause(small.host(2));
    const fetched = waitingFetch(small, 700);
    small.produce(1, 't-0', ['a'], 1);
    const { partition, afterMs } = fetched();
    expect(partition.batches).toEqual([]);
    expect(afterMs).toBeGreaterThanOrEqual(700);
  });

  test('when its time is over, with nothing', () => {
    const { partition, afterMs } = waitingFetch(cluster(), 300)();
    expect(partition).toMatchObject({ error: Errors.NONE, batches: [] });
    expect(afterMs).toBe(301);
  });

  test('when the leader steps down', () => {
    const small = cluster();
    const fetched = waitingFetch(small, 20_000);
    small.ask('controller', { api: Api.AlterPartitionReassignments, partition: 't-0', replicas: [2, 1] });
    small.ask('controller', { api: Api.ElectLeaders, partition: 't-0', election: 'preferred' });
    const { partition, afterMs } = fetched();
    expect(partition.error).toBe(Errors.NOT_LEADER_OR_FOLLOWER);
    expect(afterMs).toBeLessThan(1000);
  });
});
