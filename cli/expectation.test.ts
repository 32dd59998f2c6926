import { expect, test } from 'vitest';

import { expectationText, parseExpectation } from './expectation.ts';

test.each(['all', 'contract', 'no-loss', 'no-loss,committed-reads'])('%s is read and written', (text) => {
  expect(expectationText(parseExpectation(text))).toBe(text);
});

test('an unknown promise is refused with those there are', () => {
  expect(() => parseExpectation('no-loss,speed')).toThrow(
    'expected all, contract, or some of partition-order, committed-reads, no-loss, idempotent-producer, atomic-transactions, progress, found "speed"',
  );
});
