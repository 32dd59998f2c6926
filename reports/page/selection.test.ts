import { expect, test } from 'vitest';

import { seqInHash } from './selection.ts';

test('an address names an event', () => {
  expect(seqInHash('#e=104')).toBe(104);
  expect(seqInHash('#e=0')).toBe(0);
});

test('what is not one names nothing', () => {
  for (const hash of ['', '#', '#e=', '#e=-1', '#e=1e3', '#e=99999999999', '#f=1', '#e=1&x']) {
    expect(seqInHash(hash)).toBeNull();
  }
});
