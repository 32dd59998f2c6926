import { expect, test } from 'vitest';

import { isEpochExhausted, mayBecome } from './transaction-states.ts';

test('an outcome is decided before it is completed, and only once', () => {
  expect(mayBecome('Ongoing', 'PrepareCommit')).toBe(true);
  expect(mayBecome('PrepareCommit', 'CompleteCommit')).toBe(true);
  expect(mayBecome('PrepareCommit', 'PrepareAbort')).toBe(false);
  expect(mayBecome('Ongoing', 'CompleteCommit')).toBe(false);
});

test('the last epoch is kept for the coordinator to fence with', () => {
  expect([isEpochExhausted(1, 3), isEpochExhausted(2, 3)]).toEqual([false, true]);
});
