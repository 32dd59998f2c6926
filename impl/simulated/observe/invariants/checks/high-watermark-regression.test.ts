import { describe, expect, test } from 'vitest';

import type { ReplicaView } from '../../replica-view.ts';
import { commit, watchedReplicas } from '../testing/watched-replicas.ts';

describe('high-watermark-regression (W6)', () => {
  test('is reported when the high watermark of a leader goes down in its epoch', () => {
    const { replicas, invariants, anomalies } = watchedReplicas();
    commit(replicas, 'a', 'b');
    const leader = replicas.replica(1);
    const lowered: ReplicaView = Object.create(leader, { highWatermark: { value: 1 } });
    invariants.highWatermarkMoved(lowered);
    expect(anomalies()).toEqual(['high-watermark-regression']);
  });

  test('is not reported when that of a follower goes down, because a new leader does not know the true one yet', () => {
    const { replicas, anomalies } = watchedReplicas();
    commit(replicas, 'a', 'b');
    replicas.replica(2).followHighWatermark(1);
    expect(anomalies()).toEqual([]);
  });
});
