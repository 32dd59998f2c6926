import { describe, expect, test } from 'vitest';

import { recordsOf } from '../../broker/testing/scripted-replicas.ts';
import { commit, watchedReplicas } from './testing/watched-replicas.ts';

describe('a healthy partition', () => {
  test('violates no invariant through commits, elections and truncations', () => {
    const { replicas, anomalies } = watchedReplicas();
    commit(replicas, 'a', 'b');
    // The next record reaches no follower, and is lost with the next election.
    replicas.replica(1).append(recordsOf('lost'), -1, null);
    replicas.elect(2);
    replicas.replica(1).truncateTo(2);
    commit(replicas, 'c');
    replicas.elect(3);
    commit(replicas, 'd');
    expect(anomalies()).toEqual([]);
  });

  test('is not checked again without an event', () => {
    const { anomalies } = watchedReplicas();
    anomalies();
    expect(anomalies()).toEqual([]);
  });
});

test('only the first violation is reported: what follows from it would be noise', () => {
  const { replicas, anomalies } = watchedReplicas();
  replicas.change({ isr: [1, 2] });
  commit(replicas, 'a');
  replicas.change({ isr: [1, 2, 3] }, [2, 3]);
  anomalies();
  replicas.replica(2).apply({ ...replicas.record, leader: 2, partitionEpoch: 50 });
  expect(anomalies()).toHaveLength(1);
});

test('a partition that the controller has not made cannot exist on a broker', () => {
  const { invariants, replicas } = watchedReplicas();
  const stranger = Object.create(replicas.replica(1), { name: { value: 'other-0' } });
  expect(() => invariants.leaderIsrChanged(stranger)).toThrow('before the controller made it');
});
