import { describe, expect, test } from 'vitest';

import { recordsOf } from '../../../broker/testing/scripted-replicas.ts';
import { commit, forget, restart, watchedReplicas } from '../testing/watched-replicas.ts';

describe('leader-completeness (W1)', () => {
  test('is reported when a leader lacks a committed record', () => {
    const watched = watchedReplicas();
    commit(watched.replicas, 'a');
    commit(watched.replicas, 'b');
    watched.invariants.brokerStopped(2, true);
    forget(watched, 2, 1);
    restart(watched, 2, 1);
    watched.replicas.elect(2);
    expect(watched.anomalies()).toEqual(['leader-completeness']);
    expect(watched.violations[0]).toMatchObject({
      sentence: 't-0: broker 2 became leader in epoch 1 without the committed records at offsets 1 to 1.',
      place: { topic: 't', partition: 0, offset: 1 },
      timeUs: 42,
    });
  });

  test('is reported when a leader holds another record in place of a committed one', () => {
    const watched = watchedReplicas();
    const { replicas } = watched;
    commit(replicas, 'a');
    watched.invariants.brokerStopped(2, true);
    forget(watched, 2, 0);
    replicas
      .replica(2)
      .log.appendAsFollower({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    restart(watched, 2, 0);
    replicas.elect(2, [2]);
    expect(watched.anomalies()).toEqual(['leader-completeness']);
  });

  test('is not reported when a broker learns late that it led in an epoch that is over: it cannot hold what was committed since', () => {
    const { replicas, anomalies } = watchedReplicas();
    replicas.elect(2, []);
    const superseded = replicas.record;
    replicas.elect(3, [1, 3], { isr: [1, 3] });
    commit(replicas, 'a');
    replicas.replica(2).apply(superseded);
    expect(replicas.replica(2).isLeader).toBe(true);
    expect(anomalies()).toEqual([]);
  });

  test('is not reported when the record was lost for a reason that the contract accepts', () => {
    const watched = watchedReplicas();
    commit(watched.replicas, 'a');
    commit(watched.replicas, 'b');
    watched.destroy();
    watched.invariants.brokerStopped(2, true);
    forget(watched, 2, 1);
    restart(watched, 2, 1);
    watched.replicas.elect(2);
    expect(watched.anomalies()).toEqual([]);
  });
});
