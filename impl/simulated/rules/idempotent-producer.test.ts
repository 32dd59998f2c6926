import { expect, test } from 'vitest';

import { sequencesAreFree } from './idempotent-producer.ts';

test('new sequences stop short of the oldest that is undecided, also past the wrap', () => {
  expect(sequencesAreFree(0, 25, 1, 26)).toBe(true);
  expect(sequencesAreFree(0, 26, 1, 26)).toBe(false);
  expect(sequencesAreFree(0, 24, 3, 26)).toBe(false);
  expect(sequencesAreFree(20, 18, 1, 26)).toBe(true);
  expect(sequencesAreFree(20, 19, 1, 26)).toBe(false);
});

test('a batch that begins at 0 again waits until nothing is undecided: a new partition would take it first (KAFKA-15591)', () => {
  expect(sequencesAreFree(25, 0, 1, 26)).toBe(false);
  expect(sequencesAreFree(25, 1, 1, 26)).toBe(true);
});
