import { expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import {
  completesOffsetsBeforeAnswering,
  mayReturnOffset,
  cachesOffsetsBeforeVerification,
  offsetCommitError,
  replacesOffset,
} from './group-offsets.ts';

test('what was committed after a transaction wrote its offset stays, though the marker comes later', () => {
  expect(replacesOffset(undefined, { offset: 5, recordOffset: 1 })).toBe(true);
  expect(replacesOffset({ offset: 4, recordOffset: 0 }, { offset: 5, recordOffset: 1 })).toBe(true);
  expect(replacesOffset({ offset: 9, recordOffset: 2 }, { offset: 5, recordOffset: 1 })).toBe(false);
});

test('an offset that an open transaction may change is not told to who wants it stable (KIP-447)', () => {
  expect([mayReturnOffset(true, true), mayReturnOffset(true, false), mayReturnOffset(false, true)]).toEqual([
    false,
    true,
    true,
  ]);
});

test('a marker is answered when its offsets count, and none are noted that may not be written', () => {
  expect(completesOffsetsBeforeAnswering()).toBe(true);
  expect(cachesOffsetsBeforeVerification()).toBe(false);
});

test('failures are told in the words of coordinators', () => {
  expect(offsetCommitError(Errors.NOT_LEADER_OR_FOLLOWER)).toBe(Errors.NOT_COORDINATOR);
  expect(offsetCommitError(Errors.REQUEST_TIMED_OUT)).toBe(Errors.COORDINATOR_NOT_AVAILABLE);
  expect(offsetCommitError(Errors.INVALID_PRODUCER_EPOCH)).toBe(Errors.INVALID_PRODUCER_EPOCH);
});
