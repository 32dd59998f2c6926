import { expect, test } from 'vitest';

import { recordsOf, ScriptedReplicas } from '../broker/testing/scripted-replicas.ts';
import { truncateToHwOnBecomeFollower } from './truncate-to-hw-on-become-follower.ts';

/** "a" is committed; the follower has it, but has not heard yet that it is committed. Then it follows another leader. */
function recordsAfterNewEpoch(rules = {}): number {
  const replicas = new ScriptedReplicas(3, { rules });
  replicas.elect(1);
  replicas.replica(1).append(recordsOf('a'), -1, null);
  for (const follower of [2, 3]) replicas.fetch(follower);
  for (const follower of [2, 3]) replicas.replica(1).followerFetched(follower, 1, follower * 10);
  expect([replicas.replica(1).highWatermark, replicas.replica(2).highWatermark]).toEqual([1, 0]);
  replicas.elect(3);
  return replicas.replica(2).log.logEndOffset;
}

test('a new follower truncates a committed record', () => {
  expect(recordsAfterNewEpoch(truncateToHwOnBecomeFollower.rules)).toBe(0);
  expect(recordsAfterNewEpoch()).toBe(1);
});
