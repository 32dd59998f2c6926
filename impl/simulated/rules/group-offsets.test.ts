import { expect, test } from 'vitest';

import { Errors } from '../../kafka/errors.ts';
import {
  completesOffsetsBeforeAnswering,
  mayReturnOffset,
  cachesOffsetsBeforeVerification,
  offsetCommitError,
  replacesOffset,
} from './group-offsets.ts';

test('an offset that was committed after that of a transaction stays, although the marker comes later', () => {
  expect(replacesOffset(undefined, { offset: 5, recordOffset: 1 })).toBe(true);
  expect(replacesOffset({ offset: 4, recordOffset: 0 }, { offset: 5, recordOffset: 1 })).toBe(true);
  expect(replacesOffset({ offset: 9, recordOffset: 2 }, { offset: 5, recordOffset: 1 })).toBe(false);
});

test('an offset that an open transaction may change is not returned to a client that requires stable offsets (KIP-447)', () => {
  expect([mayReturnOffset(true, true), mayReturnOffset(true, false), mayReturnOffset(false, true)]).toEqual([
    false,
    true,
    true,
  ]);
});

test('a marker is acknowledged after its offsets are complete, and no unverified offset is cached', () => {
  expect(completesOffsetsBeforeAnswering()).toBe(true);
  expect(cachesOffsetsBeforeVerification()).toBe(false);
});

test('write errors are mapped to the errors of coordinators', () => {
  expect(offsetCommitError(Errors.NOT_LEADER_OR_FOLLOWER)).toBe(Errors.NOT_COORDINATOR);
  expect(offsetCommitError(Errors.REQUEST_TIMED_OUT)).toBe(Errors.COORDINATOR_NOT_AVAILABLE);
  expect(offsetCommitError(Errors.INVALID_PRODUCER_EPOCH)).toBe(Errors.INVALID_PRODUCER_EPOCH);
});
