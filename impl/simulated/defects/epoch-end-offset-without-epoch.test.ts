import { expect, test } from 'vitest';

import { kafkaRules, rulesWith } from '../rules/rules.ts';
import type { Rules } from '../rules/rules.ts';
import { epochEndOffsetWithoutEpoch } from './epoch-end-offset-without-epoch.ts';

// The leader holds offsets 0 and 1 of epoch 0. The follower holds only the first of them: it led in epoch 1
// and wrote offsets 1 and 2 itself. In epoch 2 the leader wrote offsets 2 and 3, and does not know epoch 1.
const LEADER = [
  { epoch: 0, startOffset: 0 },
  { epoch: 2, startOffset: 2 },
];
const FOLLOWER = [
  { epoch: 0, startOffset: 0 },
  { epoch: 1, startOffset: 1 },
];

/** Where the follower ends after one answer. */
function truncated({ fetchDivergence, truncationOnDivergence }: Rules): number {
  const divergence = fetchDivergence(LEADER, 4, 3, 1);
  if (typeof divergence === 'string') throw new Error('no divergence was seen');
  return truncationOnDivergence(divergence, { epochs: FOLLOWER, logEndOffset: 3, highWatermark: 0 }).toOffset;
}

test('the follower keeps a record of an epoch that the leader never had', () => {
  // Offset 1 is of epoch 1 at the follower, of epoch 0 at the leader.
  expect(truncated(rulesWith([epochEndOffsetWithoutEpoch.rules]))).toBe(2);
  expect(truncated(kafkaRules)).toBe(1);
});

test('where both logs know the epoch the answer is right: that is why the bug went unnoticed', () => {
  const { fetchDivergence } = rulesWith([epochEndOffsetWithoutEpoch.rules]);
  expect(fetchDivergence(LEADER, 4, 2, 0)).toBe('none');
  expect(fetchDivergence(LEADER, 4, 3, 0)).toMatchObject({ endOffset: 2 });
  expect(fetchDivergence(LEADER, 4, 0, -1)).toBe('none');
  expect(fetchDivergence(LEADER, 4, 1, 9)).toBe('unknown');
});
