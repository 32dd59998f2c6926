import { expect, test } from 'vitest';

import { watchedReplicas } from '../testing/watched-replicas.ts';

test('leader-not-active is reported when the controller elects a broker that is fenced (KAFKA-19522)', () => {
  const { replicas, invariants, anomalies } = watchedReplicas();
  invariants.partitionChanged({ ...replicas.record, leader: 2, leaderEpoch: 1 }, false, false);
  expect(anomalies()).toEqual(['leader-not-active']);
});
