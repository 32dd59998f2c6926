import { describe, expect, test } from 'vitest';

import { watchedReplicas } from '../testing/watched-replicas.ts';

describe('two-leaders-in-one-epoch (W5)', () => {
  test('is reported when two brokers lead in one epoch', () => {
    const { replicas, anomalies, violations } = watchedReplicas();
    replicas.elect(2, [2]);
    replicas.replica(3).apply({ ...replicas.record, leader: 3 });
    expect(anomalies()).toEqual(['two-leaders-in-one-epoch']);
    expect(violations[0]!.sentence).toBe('t-0: brokers 2 and 3 both lead in epoch 1.');
  });

  test('is not reported when two brokers believe to lead in different epochs', () => {
    const { replicas, anomalies } = watchedReplicas();
    replicas.elect(2, [2, 3]);
    expect([replicas.replica(1).role, replicas.replica(2).role]).toEqual(['leader', 'leader']);
    expect(anomalies()).toEqual([]);
  });
});
