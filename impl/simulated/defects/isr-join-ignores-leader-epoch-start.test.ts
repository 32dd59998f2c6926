import { expect, test } from 'vitest';

import { recordsOf, ScriptedReplicas } from '../broker/testing/scripted-replicas.ts';
import { isrJoinIgnoresLeaderEpochStart } from './isr-join-ignores-leader-epoch-start.ts';

/** A new leader holds two records and does not know that they are committed; a follower without them fetches. */
function proposals(rules = {}): number {
  const replicas = new ScriptedReplicas(3, { rules });
  replicas.replica(1).log.appendAsLeader(recordsOf('a', 'b'), 0);
  replicas.elect(1, [1, 2, 3], { isr: [1, 2] });
  replicas.replica(1).followerFetched(3, 0, 30);
  return replicas.proposals.length;
}

test('a follower that lacks committed records joins the ISR', () => {
  expect(proposals(isrJoinIgnoresLeaderEpochStart.rules)).toBe(1);
  expect(proposals()).toBe(0);
});
