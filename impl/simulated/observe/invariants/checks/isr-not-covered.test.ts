import { describe, expect, test } from 'vitest';

import { watchedReplicas } from '../testing/watched-replicas.ts';

describe('isr-not-covered (W4)', () => {
  test('is reported when the leader does not wait for a replica that the controller holds to be in sync', () => {
    const { replicas, anomalies, violations } = watchedReplicas();
    replicas.change({ isr: [1, 2] });
    replicas.change({ isr: [1, 2, 3] }, [2, 3]);
    expect(anomalies()).toEqual(['isr-not-covered']);
    expect(violations[0]!.sentence).toContain(
      'broker 3 to be in sync, leader 1 does not wait for it in epoch 0',
    );
  });

  test('is not reported when the leader waits for more replicas than are in the committed ISR', () => {
    const { replicas, anomalies } = watchedReplicas();
    replicas.change({ isr: [1, 2] }, [2, 3]);
    expect(anomalies()).toEqual([]);
  });

  test('is not reported when the leader was deposed and does not know yet', () => {
    const { replicas, anomalies } = watchedReplicas();
    replicas.change({ isr: [1, 2] });
    replicas.elect(2, [2, 3], { isr: [2, 3] });
    expect(anomalies()).toEqual([]);
  });
});
