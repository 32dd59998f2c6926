import { expect, test } from 'vitest';

import { assert, AssertionFailed } from './assert.ts';

test('an assertion that holds does nothing', () => {
  expect(() => assert(true, 'the log start is not above the log end', 3, 5)).not.toThrow();
});

test('an assertion that fails throws an error of its own class, with the expectation and the values', () => {
  const fail = () => assert(false, 'the log start is not above the log end', 5, 3);
  expect(fail).toThrow(AssertionFailed);
  expect(fail).toThrow('assertion failed: the log start is not above the log end (5, 3)');
});

test('the message of an assertion without values has no parentheses', () => {
  expect(() => assert(false, 'the network is wired')).toThrow(/^assertion failed: the network is wired$/);
});

test('null, false and 0 are values that the message shows', () => {
  expect(() => assert(false, 'x', null, false, 0)).toThrow('assertion failed: x (null, false, 0)');
});
