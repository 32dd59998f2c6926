import { expect, test } from 'vitest';

import { kafkaRules } from '../rules/rules.ts';
import { truncateToHwDivergence } from './truncate-to-hw-divergence.ts';

// The follower holds offsets 0 and 1 of epoch 0; the leader wrote offset 1 again, in epoch 1.
const LEADER = [
  { epoch: 0, startOffset: 0 },
  { epoch: 1, startOffset: 1 },
];

test('a leader takes a log that differs below its end for equal to its own', () => {
  expect(truncateToHwDivergence.rules.fetchDivergence?.(LEADER, 2, 2, 0)).toBe('none');
  expect(kafkaRules.fetchDivergence(LEADER, 2, 2, 0)).toEqual({ epoch: 0, endOffset: 1 });
});

test('a follower whose high watermark covers the difference truncates nothing', () => {
  const log = { epochs: LEADER, logEndOffset: 2, highWatermark: 2 };
  expect(truncateToHwDivergence.rules.truncationOnBecomingFollower?.(log)).toBe(2);
});
