import { expect, test } from 'vitest';

import type { TracedRecord } from '../../impl/trace/trace.ts';
import { producerMark, recordInWords } from './record-words.ts';

const plain: TracedRecord = { offset: 7, leaderEpoch: 2, value: 'v1' };
const idempotent: TracedRecord = { ...plain, producerId: 4, producerEpoch: 1, sequence: 9 };
const usual = { isAborted: false, isOpen: false, isContradicted: false };

test('a record without a producer id has its offset, its epoch and its value', () => {
  expect(producerMark(plain)).toBe('');
  expect(recordInWords(plain, usual)).toBe('offset 7, leader epoch 2: v1');
});

test('who wrote it, and which in his order, tells a duplicate', () => {
  expect(producerMark(idempotent)).toBe('P4/1 #9');
  expect(recordInWords(idempotent, usual)).toBe(
    'offset 7, leader epoch 2: v1, of producer 4 in epoch 1, sequence 9',
  );
});

test.each([
  [{ isAborted: true }, 'aborted'],
  [{ isOpen: true }, 'in a transaction that is open'],
  [{}, 'in a transaction'],
])('of a transaction it is told how it stands: %o', (standing, words) => {
  const told = recordInWords({ ...idempotent, transactional: true }, { ...usual, ...standing });
  expect(told.endsWith(`, ${words}`)).toBe(true);
});

test('a marker is no data', () => {
  const marker: TracedRecord = {
    ...plain,
    producerId: 4,
    producerEpoch: 1,
    transactional: true,
    marker: 'abort',
  };
  expect(producerMark(marker)).toBe('P4/1');
  expect(recordInWords(marker, usual)).toBe(
    'offset 7, leader epoch 2: abort marker: it ends a transaction, and is no data, of producer 4 in epoch 1',
  );
});
