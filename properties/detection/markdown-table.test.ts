import { expect, test } from 'vitest';

import { markdownTable } from './markdown-table.ts';

test('columns are as wide as their widest cell, and three dashes at least', () => {
  const table = markdownTable([
    ['bug', 'n'],
    ['unclean_election', '12'],
  ]);
  expect(table.split('\n')).toEqual([
    '| bug              | n   |',
    '| ---------------- | --- |',
    '| unclean_election | 12  |',
  ]);
});
