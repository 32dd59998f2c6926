import { describe, expect, test } from 'vitest';

import type { Strategy } from '../../plan/plan.ts';
import { Draws } from './draws.ts';
import { arrivalUs } from './strategy.ts';

const draws = new Draws('strategy');
const ROUNDS: Strategy = { kind: 'receiver-priorities', roundUs: 1000, waitPerMille: 300 };
const CHANGES: Strategy = { kind: 'priority-changes', ranks: 3, stepUs: 1000, changesMs: [50, 100] };
const HOLDS: Strategy = { kind: 'held-links', slotUs: 1000, heldPerMille: 300 };
const at = (strategy: Strategy, dueUs: number, message = 7, from = 1, to = 2): number =>
  arrivalUs(strategy, draws, { from, to, message }, dueUs);
const many = Array.from({ length: 400 }, (_, index) => index);

describe('any strategy', () => {
  test.each([ROUNDS, CHANGES, HOLDS])('$kind lets no message arrive early or very late', (strategy) => {
    for (const key of many) {
      const dueUs = key * 317;
      expect(at(strategy, dueUs, key)).toBeGreaterThanOrEqual(dueUs);
      expect(at(strategy, dueUs, key)).toBeLessThanOrEqual(dueUs + 11_000);
      expect(at(strategy, dueUs, key)).toBe(at(strategy, dueUs, key));
    }
  });
});

test('in rounds, the message sent first is as likely to arrive last', () => {
  const overtaken = many.filter((key) => at(ROUNDS, 10_000, 2 * key) > at(ROUNDS, 10_010, 2 * key + 1));
  expect(overtaken.length).toBeGreaterThan(150);
  expect(overtaken.length).toBeLessThan(250);
});

test('a sender falls behind at a change point and stays behind', () => {
  const slowest = (nowUs: number, from: number): number =>
    Math.max(...many.map((key) => at(CHANGES, nowUs, key, from) - nowUs));
  const fallen = many.filter((from) => slowest(60_000, from) > slowest(0, from) + 500);
  expect(fallen.length).toBeGreaterThan(50);
  for (const from of fallen.slice(0, 10)) expect(slowest(99_000, from)).toBe(slowest(60_000, from));
});

test('a held link delivers its messages all at once, and another link is held at other times', () => {
  const ends = (to: number) => many.map((key) => at(HOLDS, key * 97, key, 1, to));
  const together = ends(2).filter((end, index) => end === ends(2)[index + 1]);
  expect(together.length).toBeGreaterThan(50);
  expect(ends(3)).not.toEqual(ends(2));
});
