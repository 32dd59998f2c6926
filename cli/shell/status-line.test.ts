import { describe, expect, test } from 'vitest';

import { grouped, progressText, short } from './status-line.ts';

const progress = { runs: 1240, events: 6_200_000, virtualUs: 3.6e9, seconds: 4, failures: 0 };

describe('progressText', () => {
  test('says how far and how fast', () => {
    expect(progressText(progress, 5000)).toBe(
      '1 240 of 5 000 runs, 310 runs/s, 1.6 M events/s, 4.0 s, 1h 00m virtual, no failure',
    );
  });

  test('knows no end of a search by time', () => {
    expect(progressText({ ...progress, failures: 2 }, null)).toMatch(/^1 240 runs, .*2 failures$/);
  });

  test('has no speed before any time has passed', () => {
    expect(progressText({ ...progress, seconds: 0 }, null)).toContain('0.0 runs/s');
  });
});

test('numbers are short enough to be read', () => {
  expect([7, 1234, 1234567].map(grouped)).toEqual(['7', '1 234', '1 234 567']);
  expect([0.51, 99.6, 12_345, 2_500_000].map(short)).toEqual(['0.5', '100', '12 k', '2.5 M']);
});
