import { expect, test } from 'vitest';

import { ScriptedControlPlane } from '../controller/testing/scripted-control-plane.ts';
import { Errors } from '../../kafka/errors.ts';
import { refusedProposalAcceptedLater } from './refused-proposal-accepted-later.ts';

/** A proposal to add broker 3 is refused while that is fenced; a copy of it arrives when it no longer is. */
function answerToCopy(rules = {}): number {
  const plane = new ScriptedControlPlane({}, rules);
  plane.start(3);
  plane.replication.createTopic('t', 1, 3);
  plane.fence(3);
  const { topicId, leaderEpoch, partitionEpoch } = plane.partition('t-0');
  const newIsr = [1, 2, 3].map((broker) => ({ broker, brokerEpoch: plane.epochOf(broker) }));
  const copy = { partition: 't-0', topicId, leaderEpoch, partitionEpoch, newIsr };
  expect(plane.replication.alterPartition(1, copy).error).toBe(Errors.INELIGIBLE_REPLICA);
  plane.beat(3);
  return plane.replication.alterPartition(1, copy).error;
}

test('a late copy of a refused proposal is accepted without the knowledge of the leader', () => {
  expect(answerToCopy(refusedProposalAcceptedLater.rules)).toBe(Errors.NONE);
  expect(answerToCopy()).toBe(Errors.INVALID_UPDATE_VERSION);
});
