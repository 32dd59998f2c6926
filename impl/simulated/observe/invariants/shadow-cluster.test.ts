import { describe, expect, test } from 'vitest';

import { recordsOf } from '../../broker/testing/scripted-replicas.ts';
import { PartitionLog } from '../../log/partition-log.ts';
import type { ScriptedReplicas } from '../../broker/testing/scripted-replicas.ts';
import { commit, watchedReplicas } from './testing/watched-replicas.ts';

describe('a deleted topic', () => {
  test('is not checked any more', () => {
    const { replicas, invariants, anomalies } = watchedReplicas();
    commit(replicas, 'a');
    invariants.topicRemoved(replicas.record.topicId);
    // A broker that has not learned of the deletion continues, and may lose anything.
    forgetAll(replicas);
    replicas.replica(2).append(recordsOf('b'), -1, null);
    expect(anomalies()).toEqual([]);
  });

  test('is no part of the history of a topic that is created again under its name', () => {
    const { replicas, invariants, anomalies } = watchedReplicas();
    commit(replicas, 'a', 'b');
    invariants.topicRemoved(replicas.record.topicId);
    const topicId = replicas.record.topicId + 1;
    const recreated = { ...replicas.record, topicId, leader: -1, leaderEpoch: -1, partitionEpoch: -1 };
    for (const broker of [1, 2, 3]) {
      const { log } = replicas.replica(broker);
      invariants.replicaDeleted(broker, log);
      PartitionLog.delete('t-0', replicas.hosts.context(`broker-${broker}`).host.disk);
    }
    replicas.record = recreated;
    invariants.partitionChanged(recreated, false, true);
    for (const broker of [1, 2, 3]) replicas.open(broker);
    replicas.elect(1);
    commit(replicas, 'c');
    expect(anomalies()).toEqual([]);
  });
});

/** Every replica loses its log behind the back of the invariants. */
function forgetAll(replicas: ScriptedReplicas): void {
  for (const broker of [1, 2, 3]) {
    const replica = replicas.replica(broker);
    replica.truncateTo(0);
  }
  replicas.elect(2);
}
