import { expect, test } from 'vitest';

import { recordsOf, ScriptedReplicas } from '../broker/testing/scripted-replicas.ts';
import { findDefect } from './index.ts';

/**
 * Broker 2 has acknowledged "a" to leader 1. In an epoch that leader 1 never learns of, broker 3 leads and
 * makes broker 2 truncate. Then broker 1 leads again, and does not know.
 */
function believedPosition(rules = {}): number {
  const replicas = new ScriptedReplicas(3, { rules });
  replicas.elect(1);
  replicas.replica(1).append(recordsOf('a'), 1, null);
  replicas.fetch(2);
  replicas.fetch(2);
  replicas.elect(3, [2, 3]);
  replicas.replica(2).truncateTo(0);
  replicas.elect(1);
  return replicas.replica(1).followers.find(({ broker }) => broker === 2)!.logEndOffset;
}

test('a re-elected leader counts a record that its follower has truncated', () => {
  const defect = findDefect('re_elected_leader_keeps_follower_positions');
  expect(believedPosition(defect?.rules)).toBe(1);
  expect(believedPosition()).toBe(-1);
});
