import { describe, expect, test } from 'vitest';

import { recordsOf } from '../../../broker/testing/scripted-replicas.ts';
import { watchedReplicas } from '../testing/watched-replicas.ts';

describe('two-records-in-one-epoch (W5)', () => {
  test('is reported when a leader writes an offset twice in its epoch', () => {
    const { replicas, anomalies, violations } = watchedReplicas();
    const leader = replicas.replica(1);
    leader.append(recordsOf('a'), 1, null);
    leader.truncateTo(0);
    leader.log.epochs.assign(0, 0);
    leader.append(recordsOf('b'), 1, null);
    expect(anomalies()).toEqual(['two-records-in-one-epoch']);
    expect(violations[0]!.place).toEqual({ topic: 't', partition: 0, offset: 0 });
  });

  test('is not reported when an offset is written again in a later epoch', () => {
    const { replicas, anomalies } = watchedReplicas();
    replicas.replica(1).append(recordsOf('a'), 1, null);
    replicas.elect(2);
    replicas.replica(2).append(recordsOf('b'), 1, null);
    expect(anomalies()).toEqual([]);
  });
});
