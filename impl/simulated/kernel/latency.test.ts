import { describe, expect, test } from 'vitest';

import { Draws } from './draws.ts';
import { latencyUs } from './latency.ts';

const draws = new Draws('latency');
const sample = (model: Parameters<typeof latencyUs>[0], n = 5000): number[] =>
  Array.from({ length: n }, (_, key) => latencyUs(model, draws, key));

describe('uniform', () => {
  test('is uniform from the minimum to the maximum, both included', () => {
    const latencies = sample({ model: 'uniform', minUs: 100, maxUs: 199 });
    expect(Math.min(...latencies)).toBe(100);
    expect(Math.max(...latencies)).toBe(199);
    const mean = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length;
    expect(Math.abs(mean - 149.5)).toBeLessThan(3);
  });

  test('a maximum below the minimum counts as the minimum', () => {
    expect(new Set(sample({ model: 'uniform', minUs: 500, maxUs: 1 }, 50))).toEqual(new Set([500]));
  });
});

describe('bimodal', () => {
  const model = {
    model: 'bimodal',
    minUs: 100,
    maxUs: 199,
    tailPerMille: 50,
    tailFactor: 100,
  } as const;

  test('has a heavy tail: few messages take many times as long', () => {
    const tail = sample(model).filter((latency) => latency > 199);
    expect(tail.length).toBeGreaterThan(180);
    expect(tail.length).toBeLessThan(320);
    expect(Math.min(...tail)).toBeGreaterThanOrEqual(10_000);
    expect(Math.max(...tail)).toBeLessThanOrEqual(19_900);
  });

  test('does not change the latency of messages outside the tail', () => {
    const uniform = sample({ model: 'uniform', minUs: 100, maxUs: 199 });
    for (const [key, latency] of sample(model).entries()) {
      expect([uniform[key], uniform[key]! * 100]).toContain(latency);
    }
  });

  test.each([
    { tailPerMille: 0, tail: false },
    { tailPerMille: 1000, tail: true },
  ])('$tailPerMille per mille', ({ tailPerMille, tail }) => {
    for (const latency of sample({ ...model, tailPerMille }, 500)) expect(latency > 199).toBe(tail);
  });
});
