import { describe, expect, test } from 'vitest';

import { LOST_DIRECTORY, UNASSIGNED_DIRECTORY } from '../protocol/metadata-records.ts';
import { isDirectoryOnline, mayWriteAfterIoError } from './log-dir-failure.ts';

test('a broker does not write to a directory after an I/O error (KAFKA-10778)', () => {
  expect(mayWriteAfterIoError()).toBe(false);
});

describe('a replica may lead, by its log directory (KIP-858)', () => {
  test('if the directory is online', () => {
    expect(isDirectoryOnline(101, [101, 102])).toBe(true);
    expect(isDirectoryOnline(103, [101, 102])).toBe(false);
    expect(isDirectoryOnline(101, [])).toBe(false);
  });

  test('if its directory is not assigned yet, but not if it is lost', () => {
    expect(isDirectoryOnline(UNASSIGNED_DIRECTORY, [101])).toBe(true);
    expect(isDirectoryOnline(LOST_DIRECTORY, [101])).toBe(false);
    expect(isDirectoryOnline(LOST_DIRECTORY, undefined)).toBe(false);
  });

  test('if its broker has a single directory', () => {
    expect(isDirectoryOnline(101, undefined)).toBe(true);
  });
});
