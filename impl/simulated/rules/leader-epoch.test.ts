import { describe, expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import {
  checkLeaderEpoch,
  endOffsetForEpoch,
  epochEntryOfNewLeader,
  fetchDivergence,
  recoversEpoch,
} from './leader-epoch.ts';

// Epoch 1 holds offsets 0 to 3, epoch 3 offsets 4 to 6, epoch 4 offsets 7 to 9.
const ENTRIES = [
  { epoch: 1, startOffset: 0 },
  { epoch: 3, startOffset: 4 },
  { epoch: 4, startOffset: 7 },
];
const END = 10;

describe('where an epoch ends', () => {
  test.each([
    { asked: 4, why: 'the latest one ends with the log', answer: { epoch: 4, endOffset: 10 } },
    { asked: 3, why: 'an earlier one ends where the next begins', answer: { epoch: 3, endOffset: 7 } },
    { asked: 1, why: 'also over a gap in the epochs', answer: { epoch: 1, endOffset: 4 } },
    {
      asked: 2,
      why: 'an unknown one: the answer is about the one below',
      answer: { epoch: 1, endOffset: 4 },
    },
    { asked: 0, why: 'one below all: it ends where the first starts', answer: { epoch: 0, endOffset: 0 } },
    { asked: 5, why: 'one above all is unknown', answer: null },
    { asked: -1, why: 'no epoch', answer: null },
  ])('epoch $asked: $why', ({ asked, answer }) => {
    expect(endOffsetForEpoch(ENTRIES, END, asked)).toEqual(answer);
  });

  test('is unknown with an empty cache', () => {
    expect(endOffsetForEpoch([], 0, 0)).toBeNull();
  });
});

describe("a follower's fetch position", () => {
  test.each([
    { at: 10, epoch: 4, divergence: 'none', why: 'at the end' },
    { at: 8, epoch: 4, divergence: 'none', why: 'before the end' },
    { at: 7, epoch: 3, divergence: 'none', why: 'at the end of an earlier epoch' },
    { at: 5, epoch: 3, divergence: 'none', why: 'within an earlier epoch' },
    { at: 0, epoch: -1, divergence: 'none', why: 'with an empty log' },
    { at: 11, epoch: 4, divergence: { epoch: 4, endOffset: 10 }, why: 'beyond the end' },
    { at: 8, epoch: 3, divergence: { epoch: 3, endOffset: 7 }, why: 'the epoch ended earlier at the leader' },
    {
      at: 4,
      epoch: 2,
      divergence: { epoch: 1, endOffset: 4 },
      why: 'an epoch that the leader does not have',
    },
    { at: 3, epoch: 2, divergence: { epoch: 1, endOffset: 4 }, why: 'also when the offset alone would fit' },
    { at: 2, epoch: 9, divergence: 'unknown', why: 'an epoch above all of the leader' },
  ])('$at in epoch $epoch: $why', ({ at, epoch, divergence }) => {
    expect(fetchDivergence(ENTRIES, END, at, epoch)).toEqual(divergence);
  });
});

test('a new leader caches its epoch at once, before it has appended anything (KAFKA-7415)', () => {
  const entry = epochEntryOfNewLeader(5, END);
  expect(entry).toEqual({ epoch: 5, startOffset: 10 });
  // Without it the leader could not answer a follower of epoch 4 that is ahead where that epoch ended.
  expect(fetchDivergence([...ENTRIES, entry!], END, 12, 4)).toEqual({ epoch: 4, endOffset: 10 });
});

describe('the leader epoch of a request (KIP-320)', () => {
  test.each([
    { request: 4, leader: 4, error: Errors.NONE },
    { request: -1, leader: 4, error: Errors.NONE },
    { request: 3, leader: 4, error: Errors.FENCED_LEADER_EPOCH },
    { request: 5, leader: 4, error: Errors.UNKNOWN_LEADER_EPOCH },
  ])('a request of epoch $request at a leader of epoch $leader', ({ request, leader, error }) => {
    expect(checkLeaderEpoch(request, leader)).toBe(error);
  });
});

describe('recovery takes the epoch of a batch', () => {
  test('if the cache lacks it, the first one included (KAFKA-10432)', () => {
    expect(recoversEpoch(0, -1)).toBe(true);
    expect(recoversEpoch(3, 1)).toBe(true);
  });

  test('unless the cache has that epoch or a later one', () => {
    expect(recoversEpoch(1, 1)).toBe(false);
    expect(recoversEpoch(1, 3)).toBe(false);
  });
});
