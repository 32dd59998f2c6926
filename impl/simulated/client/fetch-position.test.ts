import { describe, expect, test } from 'vitest';

import { judgePosition } from './fetch-position.ts';

describe('a position and the end of its epoch', () => {
  test.each([
    [10, 3, 12, 'valid'],
    [10, 3, 10, 'valid'],
    [10, 3, 9, 'truncated'],
    [10, 2, 9, 'truncated'],
    [10, -1, -1, 'unknown'],
  ] as const)('offset %i, epoch %i ends at %i: %s', (offset, epoch, endOffset, verdict) => {
    expect(judgePosition({ offset, offsetEpoch: 3 }, epoch, endOffset)).toBe(verdict);
  });
});
