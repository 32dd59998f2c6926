import { describe, expect, test } from 'vitest';

import { recordsOf } from '../../../broker/testing/scripted-replicas.ts';
import { commit, watchedReplicas } from '../testing/watched-replicas.ts';

describe('log-matching (W3)', () => {
  test('is reported when two replicas differ below both their high watermarks', () => {
    const watched = watchedReplicas();
    const { replicas } = watched;
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    const other = replicas.replica(3);
    other.appendFetched({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    other.followHighWatermark(1);
    expect(watched.anomalies()).toEqual(['log-matching']);
    expect(watched.violations[0]!.sentence).toContain('brokers 1 and 3 hold different records at offset 0');
  });

  test('is not reported when two replicas differ above one of their high watermarks', () => {
    const { replicas, anomalies } = watchedReplicas();
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    replicas.replica(3).appendFetched({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    expect(anomalies()).toEqual([]);
  });

  test('is not reported when the replica that differs is down', () => {
    const watched = watchedReplicas();
    const { replicas } = watched;
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    const other = replicas.replica(3);
    watched.invariants.brokerStopped(3, true);
    other.appendFetched({ baseOffset: 0, lastOffset: 0, leaderEpoch: 0, ...recordsOf('x') });
    other.followHighWatermark(1);
    expect(watched.anomalies()).toEqual([]);
  });
});
