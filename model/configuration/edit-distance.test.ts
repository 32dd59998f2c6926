import { expect, test } from 'vitest';

import { editDistance, nearest } from './edit-distance.ts';

test('the edit distance counts insertions, deletions and replacements', () => {
  expect(editDistance('acks', 'acks')).toBe(0);
  expect(editDistance('ack', 'acks')).toBe(1);
  expect(editDistance('retrys', 'retries')).toBe(2);
  expect(editDistance('', 'acks')).toBe(4);
});

test('no candidate beyond the limit is suggested', () => {
  expect(nearest('ack', ['retries', 'acks'], 1)).toBe('acks');
  expect(nearest('linger', ['retries', 'acks'], 2)).toBeNull();
});
