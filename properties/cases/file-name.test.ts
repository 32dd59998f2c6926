import { expect, test } from 'vitest';

import { fileNameOf } from './file-name.ts';

test('the file name of a failure class ends in a key where the name does not hold the whole class', () => {
  const promised = 'no-loss lost-write record';
  const unpromised = `${promised}, not promised: acks=1`;
  expect(fileNameOf(promised, promised, 60)).toBe('no-loss-lost-write-record');
  expect(fileNameOf(promised, unpromised, 60)).toMatch(/^no-loss-lost-write-record-[0-9a-f]{4}$/);
  expect(fileNameOf(promised, `${promised}, not promised: acks=0`, 60)).not.toBe(
    fileNameOf(promised, unpromised, 60),
  );
});
