import { expect, test } from 'vitest';

import { TimerName, timerLabel } from './timers.ts';

test('no two timers share a number, which keys their draws', () => {
  const numbers = Object.values(TimerName);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
});

test('a timer is called by its name', () => {
  expect(timerLabel(TimerName.SessionCheck)).toBe('SessionCheck');
});
