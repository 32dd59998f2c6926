import { expect, test } from 'vitest';

import { expectationText, parseExpectation } from './expectation.ts';

test.each(['all', 'contract', 'no-loss', 'committed-reads,no-loss'])('%s is read and written', (text) => {
  expect(expectationText(parseExpectation(text))).toBe(text);
});

test('the order of promises means nothing, nor that one is named twice', () => {
  expect(parseExpectation('progress, no-loss,progress')).toEqual(['no-loss', 'progress']);
  expect(parseExpectation('no-loss,progress')).toEqual(['no-loss', 'progress']);
});

test('an unknown promise is refused with those there are', () => {
  expect(() => parseExpectation('no-loss,speed')).toThrow(
    'expected all, contract, or some of partition-order, committed-reads, no-loss, idempotent-producer, atomic-transactions, progress, found "speed"',
  );
});
