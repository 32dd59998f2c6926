import { describe, expect, test } from 'vitest';

import { commit, watchedReplicas } from '../testing/watched-replicas.ts';

describe('candidate-completeness (W2)', () => {
  test.each([
    { role: 'in sync', change: { isr: [1, 2, 3] }, words: 'in the in-sync replicas' },
    {
      role: 'an eligible leader replica',
      change: { isr: [1], elr: [3] },
      words: 'an eligible leader replica',
    },
  ])('is reported when a replica that is $role lacks a committed record', ({ change, words }) => {
    const watched = watchedReplicas();
    watched.replicas.change({ isr: [1, 2] });
    commit(watched.replicas, 'a');
    expect(watched.anomalies()).toEqual([]);
    watched.replicas.change(change);
    expect(watched.anomalies()).toEqual(['candidate-completeness']);
    expect(watched.violations[0]!.sentence).toContain(`broker 3 is ${words}`);
  });

  test('is not reported when a replica outside the ISR lacks a committed record', () => {
    const { replicas, anomalies } = watchedReplicas();
    replicas.change({ isr: [1, 2] });
    commit(replicas, 'a');
    expect(anomalies()).toEqual([]);
  });

  test('is not reported while the replica is down: whether it may be elected is decided when it is back', () => {
    const watched = watchedReplicas();
    watched.replicas.change({ isr: [1, 2] });
    commit(watched.replicas, 'a');
    watched.invariants.brokerStopped(3, true);
    watched.replicas.change({ isr: [1, 2, 3] }, [1, 2]);
    expect(watched.anomalies()).toEqual([]);
  });

  test('is not reported when so much was destroyed that the contract accepts the loss', () => {
    const watched = watchedReplicas();
    watched.replicas.change({ isr: [1, 2] });
    commit(watched.replicas, 'a');
    watched.destroy();
    watched.replicas.change({ isr: [1, 2, 3] });
    expect(watched.anomalies()).toEqual([]);
  });
});
