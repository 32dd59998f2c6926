import { expect, test } from 'vitest';

import { eachInAnyCase } from './in-any-case.ts';

test('what fails keeps nothing from being done, and is thrown in the end', async () => {
  const done: string[] = [];
  const all = eachInAnyCase(
    () => void done.push('summary'),
    () => Promise.reject(new Error('the disk is full')),
    () => {
      throw new Error('that, too');
    },
    () => void done.push('story'),
  );
  await expect(all).rejects.toThrow('the disk is full');
  expect(done).toEqual(['summary', 'story']);
});
