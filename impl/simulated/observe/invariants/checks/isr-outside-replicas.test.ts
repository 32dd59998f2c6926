import { expect, test } from 'vitest';

import { watchedReplicas } from '../testing/watched-replicas.ts';

test('isr-outside-replicas is reported when the controller holds a broker without a replica to be in sync (KAFKA-9672)', () => {
  const { replicas, violations, anomalies } = watchedReplicas();
  replicas.change({ replicas: [1, 2] }, []);
  expect(anomalies()).toEqual(['isr-outside-replicas']);
  expect(violations[0]!.sentence).toContain('broker 3 to be in sync, which has no replica (replicas 1, 2)');
});
