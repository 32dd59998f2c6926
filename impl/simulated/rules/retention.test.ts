import { describe, expect, test } from 'vitest';

import { retainedFrom, retentionBound } from './retention.ts';

/** Batches of one record each, written at these times. */
const writtenAt = (...timesMs: readonly number[]) =>
  timesMs.map((timestamp, offset) => ({ lastOffset: offset, records: [{ timestamp }] }));

const LIMITS = { nowMs: 10_000, retentionMs: 1_000, segmentMs: 100, deletableEnd: 100 };

describe('retention deletes whole segments, the oldest first', () => {
  test.each([
    { why: 'both are too old', times: [1_000, 1_050, 2_000], start: 3 },
    { why: 'the second is young', times: [1_000, 1_050, 9_500], start: 2 },
    { why: 'one young record keeps its whole segment', times: [8_950, 9_050], start: null },
    { why: 'an old segment behind a young one stays', times: [9_500, 1_000], start: null },
    { why: 'nothing is too old', times: [9_500, 9_700], start: null },
    { why: 'there is nothing', times: [], start: null },
  ])('$why', ({ times, start }) => {
    expect(retainedFrom(writtenAt(...times), LIMITS)).toBe(start);
  });

  test('retention.ms=-1 deletes nothing', () => {
    expect(retainedFrom(writtenAt(0), { ...LIMITS, retentionMs: -1 })).toBeNull();
  });
});

test('an uncommitted record stays, and its whole segment with it (KAFKA-5634)', () => {
  const batches = writtenAt(1_000, 1_050, 2_000);
  const deletableEnd = retentionBound(1, 3);
  expect(retainedFrom(batches, { ...LIMITS, deletableEnd })).toBeNull();
  expect(retainedFrom(batches, { ...LIMITS, deletableEnd: retentionBound(2, 3) })).toBe(2);
});
