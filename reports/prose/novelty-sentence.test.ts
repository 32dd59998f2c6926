import { expect, test } from 'vitest';

import { noveltySentence } from './novelty-sentence.ts';

test('a search that still reaches new states says how many', () => {
  expect(noveltySentence([9_000, 4_000, 2_500, 70], 3_100)).toBe(
    'New states of the cluster: 9,000 in the first thousand runs, 2,500 in the last.',
  );
});

test('one that repeats itself says so, and what would help', () => {
  expect(noveltySentence([9_000, 400, 89], 3_000)).toContain('The search has gone flat');
  expect(noveltySentence([9_000, 400, 90], 3_000)).not.toContain('flat');
});

test('a short search says nothing', () => {
  expect(noveltySentence([9_000, 300], 1_400)).toBeNull();
  expect(noveltySentence([], 0)).toBeNull();
});
