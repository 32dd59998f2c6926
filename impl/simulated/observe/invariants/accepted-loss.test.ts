import { describe, expect, test } from 'vitest';

import { recordsOf } from '../../broker/testing/scripted-replicas.ts';
import { commit, forget, restart, watchedReplicas } from './testing/watched-replicas.ts';
import type { WatchedReplicas } from './testing/watched-replicas.ts';

describe('whether a loss is accepted', () => {
  /** So much was destroyed that some topic may lose records; broker 2 leads t-0 without "b". */
  function afterLoss(mayBeLost: (topic: string, replicas: number) => boolean): readonly string[] {
    const watched = watchedReplicas(mayBeLost);
    commit(watched.replicas, 'a');
    commit(watched.replicas, 'b');
    watched.destroy();
    watched.invariants.brokerStopped(2, true);
    forget(watched, 2, 1);
    restart(watched, 2, 1);
    watched.replicas.elect(2);
    return watched.anomalies();
  }

  test('is decided for each topic: an accepted loss of another topic is no excuse', () => {
    expect(afterLoss((topic) => topic === 't')).toEqual([]);
    expect(afterLoss((topic) => topic === 'another')).toEqual(['leader-completeness']);
  });

  test('depends on the number of replicas of the partition', () => {
    expect(afterLoss((_, replicas) => replicas === 3)).toEqual([]);
    expect(afterLoss((_, replicas) => replicas < 3)).toEqual(['leader-completeness']);
  });
});

describe('after an accepted loss', () => {
  /** Broker 2 leads without "b", which others still hold below their high watermarks. */
  function afterLoss(): WatchedReplicas {
    const watched = watchedReplicas();
    commit(watched.replicas, 'a');
    commit(watched.replicas, 'b');
    watched.destroy();
    watched.invariants.brokerStopped(2, true);
    forget(watched, 2, 1);
    restart(watched, 2, 1);
    watched.replicas.elect(2, [1, 2, 3], { isr: [2] });
    return watched;
  }

  test('replicas with the old history are not compared until they have fetched from the new leader', () => {
    const { replicas, anomalies } = afterLoss();
    replicas.replica(2).append(recordsOf('c'), 1, null);
    expect(anomalies()).toEqual([]);
  });

  test('replicas that have truncated and fetched are compared again, and agree', () => {
    const { replicas, anomalies } = afterLoss();
    const leader = replicas.replica(2);
    replicas.replica(1).truncateTo(1);
    leader.append(recordsOf('c'), 1, null);
    replicas.change({ isr: [1, 2] });
    for (let round = 0; round < 3; round++) replicas.fetch(1);
    expect(anomalies()).toEqual([]);
    expect(leader.highWatermark).toBe(2);
  });

  test('a difference that remains is reported once the leader has accepted the position of the follower', () => {
    const { replicas, anomalies } = afterLoss();
    replicas.replica(2).append(recordsOf('c'), 1, null);
    replicas.change({ isr: [1, 2] });
    // Broker 1 keeps "b" where the leader has "c", and the leader accepts its position.
    replicas.replica(2).followerFetched(1, 2, 10);
    expect(anomalies()).toEqual(['log-matching']);
  });

  test('a broker that restarts with the old history is not compared either', () => {
    const watched = afterLoss();
    restart(watched, 3, 2);
    watched.replicas.replica(3).apply(watched.replicas.record);
    expect(watched.anomalies()).toEqual([]);
  });
});

test('an unclean election is reported to the context, and the loss that follows is accepted', () => {
  const watched = watchedReplicas();
  const { replicas, invariants } = watched;
  replicas.change({ isr: [1, 2] });
  commit(replicas, 'a');
  const { record } = replicas;
  replicas.record = {
    ...record,
    leader: 3,
    isr: [3],
    leaderEpoch: 1,
    partitionEpoch: record.partitionEpoch + 1,
  };
  invariants.partitionChanged(replicas.record, true, true);
  replicas.replica(3).apply(replicas.record);
  expect(watched.anomalies()).toEqual([]);
});

test('a partition is stranded while no broker leads although an in-sync replica is alive', () => {
  const { replicas, invariants } = watchedReplicas();
  expect(invariants.losses.isStranded('t', 0)).toBe(false);
  replicas.change({ leader: -1, isr: [] }, []);
  expect(invariants.losses.isStranded('t', 0)).toBe(false);
  replicas.change({ leader: -1, isr: [3] }, []);
  expect(invariants.losses.isStranded('t', 0)).toBe(true);
  // Later the in-sync replica leaves as well: the reason that no broker may lead is the same.
  replicas.change({ leader: -1, isr: [] }, []);
  expect(invariants.losses.isStranded('t', 0)).toBe(true);
  expect(invariants.losses.isStranded('t', 1)).toBe(false);
  replicas.elect(2, [], { isr: [2] });
  expect(invariants.losses.isStranded('t', 0)).toBe(false);
});
