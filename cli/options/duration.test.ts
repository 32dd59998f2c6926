import { describe, expect, test } from 'vitest';

import { formatDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  test.each([
    ['90s', 90],
    ['10m', 600],
    ['1h30m', 5400],
    ['1.5h', 5400],
    ['250ms', 0.25],
    ['2d', 172_800],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', '10', 'soon', '10m later', '-5s', '0s', '1h 30m', '10 m'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow('expected a duration such as 90s, 10m or 1h30m');
  });
});

test('formatDuration shows no more than is worth knowing', () => {
  expect([0.25, 12.7, 75, 3900, 90_000].map(formatDuration)).toEqual([
    '0.3 s',
    '12 s',
    '1m 15s',
    '1h 05m',
    '25h 00m',
  ]);
});
