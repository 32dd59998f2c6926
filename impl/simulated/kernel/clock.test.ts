import { describe, expect, test } from 'vitest';

import { Clock } from './clock.ts';

const SECOND = 1_000_000;

test('an untouched clock shows the time of the world, in whole milliseconds', () => {
  const clock = new Clock();
  expect(clock.wallMs(1_999)).toBe(1);
  expect(clock.monotonicMs(1_999)).toBe(1);
  expect(clock.worldDelayUs(5)).toBe(5_000);
});

describe('a jump', () => {
  test('sets the wall clock and does not change the monotonic one', () => {
    const clock = new Clock();
    clock.jump(-300);
    expect(clock.wallMs(SECOND)).toBe(700);
    expect(clock.monotonicMs(SECOND)).toBe(1000);
  });

  test('forwards and a jump back cancel each other', () => {
    const clock = new Clock();
    clock.jump(86_400);
    clock.jump(-86_400);
    expect(clock.wallMs(SECOND)).toBe(1000);
  });

  test('does not change how long a delay takes', () => {
    const clock = new Clock();
    clock.jump(5000);
    expect(clock.worldDelayUs(10)).toBe(10_000);
  });
});

describe('drift', () => {
  test.each([
    { ppm: 100_000, after10s: 11_000, delayOf100Ms: 90_909 },
    { ppm: -200_000, after10s: 8_000, delayOf100Ms: 125_000 },
  ])('by $ppm ppm changes both clocks and the length of delays', ({ ppm, after10s, delayOf100Ms }) => {
    const clock = new Clock();
    clock.drift(ppm, 0);
    expect(clock.monotonicMs(10 * SECOND)).toBe(after10s);
    expect(clock.wallMs(10 * SECOND)).toBe(after10s);
    expect(clock.worldDelayUs(100)).toBe(delayOf100Ms);
  });

  test('begins and ends without a jump, and the time gained stays', () => {
    const clock = new Clock();
    clock.drift(100_000, 10 * SECOND);
    expect(clock.monotonicMs(10 * SECOND)).toBe(10_000);
    clock.drift(-100_000, 20 * SECOND);
    expect(clock.monotonicMs(20 * SECOND)).toBe(21_000);
    expect(clock.monotonicMs(30 * SECOND)).toBe(31_000);
  });

  test('of two overlapping faults adds up, and each ends on its own', () => {
    const clock = new Clock();
    clock.drift(100_000, 0);
    clock.drift(100_000, 10 * SECOND);
    clock.drift(-100_000, 20 * SECOND);
    expect(clock.monotonicMs(20 * SECOND)).toBe(23_000);
    clock.drift(-100_000, 20 * SECOND);
    expect(clock.monotonicMs(30 * SECOND)).toBe(33_000);
  });

  test('never turns the monotonic clock back', () => {
    const clock = new Clock();
    const shown: number[] = [];
    for (let step = 0; step < 200; step++) {
      clock.drift(step % 2 === 0 ? -200_000 : 200_000, step * 777);
      shown.push(clock.monotonicMs(step * 777));
    }
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  });
});
