import { describe, expect, test } from 'vitest';

import { LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';
import { isDirectoryOnline, mayWriteAfterIoError } from './log-dir-failure.ts';

test('after an I/O error nothing is written to the directory any more (KAFKA-10778)', () => {
  expect(mayWriteAfterIoError()).toBe(false);
});

describe('whether a replica can be led, by its log directory (KIP-858)', () => {
  test('if the directory is one of those that are online', () => {
    expect(isDirectoryOnline(101, [101, 102])).toBe(true);
    expect(isDirectoryOnline(103, [101, 102])).toBe(false);
    expect(isDirectoryOnline(101, [])).toBe(false);
  });

  test('if nobody has said yet where it lies; but not if it is known to be lost', () => {
    expect(isDirectoryOnline(UNASSIGNED_DIRECTORY, [101])).toBe(true);
    expect(isDirectoryOnline(LOST_DIRECTORY, [101])).toBe(false);
    expect(isDirectoryOnline(LOST_DIRECTORY, undefined)).toBe(false);
  });

  test('a broker with one directory has it as long as it is there', () => {
    expect(isDirectoryOnline(101, undefined)).toBe(true);
  });
});
