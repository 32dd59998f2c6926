import { describe, expect, test } from 'vitest';

import {
  countsTowardsHighWatermark,
  effectiveMinIsr,
  latestOffset,
  nextHighWatermark,
} from './high-watermark.ts';

const state = {
  highWatermark: 5,
  logEndOffset: 10,
  smallestLogEnd: 8,
  committedIsrSize: 2,
  effectiveMinIsr: 2,
};

describe('the high watermark', () => {
  test.each([
    { why: 'rises to what all replicas hold', change: {}, next: 8 },
    { why: 'never goes down', change: { smallestLogEnd: 3 }, next: 5 },
    { why: 'stays while the position of a follower is unknown', change: { smallestLogEnd: -1 }, next: 5 },
    { why: 'never passes the log end', change: { smallestLogEnd: 12 }, next: 10 },
    {
      why: 'stays while fewer than the minimum are in sync (KIP-966)',
      change: { committedIsrSize: 1 },
      next: 5,
    },
    { why: 'rises with exactly the minimum in sync', change: { committedIsrSize: 2 }, next: 8 },
  ])('$why', ({ change, next }) => {
    expect(nextHighWatermark({ ...state, ...change })).toBe(next);
  });
});

describe('the replicas that the high watermark waits for', () => {
  test.each([
    { inMaximalIsr: true, joining: false, counts: true },
    { inMaximalIsr: false, joining: true, counts: true },
    { inMaximalIsr: false, joining: false, counts: false },
  ])('in the maximal ISR: $inMaximalIsr, about to join: $joining', ({ inMaximalIsr, joining, counts }) => {
    expect(countsTowardsHighWatermark(inMaximalIsr, joining)).toBe(counts);
  });

  test('a proposed addition counts before it is committed: else it could be elected without a record (KIP-497)', () => {
    const ends = new Map([
      [1, 10],
      [2, 10],
      [3, 7],
    ]);
    const smallest = (maximalIsr: readonly number[]) =>
      Math.min(
        ...[...ends]
          .filter(([broker]) => countsTowardsHighWatermark(maximalIsr.includes(broker), false))
          .map(([, end]) => end),
      );
    expect(nextHighWatermark({ ...state, smallestLogEnd: smallest([1, 2, 3]) })).toBe(7);
    expect(nextHighWatermark({ ...state, smallestLogEnd: smallest([1, 2]) })).toBe(10);
  });
});

test.each([
  { configured: 2, factor: 3, effective: 2 },
  { configured: 3, factor: 1, effective: 1 },
  { configured: 1, factor: 3, effective: 1 },
])(
  'min.insync.replicas=$configured of $factor replicas asks for $effective',
  ({ configured, factor, effective }) => {
    expect(effectiveMinIsr(configured, factor)).toBe(effective);
  },
);

describe('the end of the log for a consumer (KIP-207)', () => {
  test.each([
    { highWatermark: 5, epochStart: 5, end: 5 },
    { highWatermark: 7, epochStart: 5, end: 7 },
    { highWatermark: 4, epochStart: 5, end: null },
  ])(
    'high watermark $highWatermark, epoch began at $epochStart: $end',
    ({ highWatermark, epochStart, end }) => {
      expect(latestOffset(highWatermark, epochStart)).toBe(end);
    },
  );
});
