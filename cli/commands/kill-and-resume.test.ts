import { expect, test } from 'vitest';

import { killAndResume } from '../testing/kill-and-resume.ts';

test('a night that is killed goes on: what it reported is not lost, and every file can be read', async () => {
  const night = await killAndResume(4, 'killed in a test', 3000);
  expect(night.problems).toEqual([]);
  // The journal never has fewer runs than before.
  expect(night.runs).toEqual(night.runs.toSorted((one, other) => one - other));
  // Found something, or was killed too early for that each time.
  expect(night.exitCode).toBe(night.reported.length > 0 ? 1 : 0);
}, 240_000);
