import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Draws, KernelPurpose } from './draws.ts';

/** The numbers of all purposes, the kernel's own and those that the simulated Kafka adds. */
const PURPOSES = [...Array.from({ length: 16 }, (_, i) => i + 1), 20, 21];
/** A purpose that is not the kernel's own. */
const OTHER = 7;

describe('a draw', () => {
  test('is a function of seed, purpose, cause and number, whatever the order of drawing', () => {
    const forwards = new Draws('seed');
    const backwards = new Draws('seed');
    const causes = [1, 2, 3, 4, 5];
    const first = causes.map((cause) => forwards.bits(KernelPurpose.Latency, cause));
    const second = causes.toReversed().map((cause) => backwards.bits(KernelPurpose.Latency, cause));
    expect(second).toEqual(first.toReversed());
  });

  test('stays the same when other causes are removed from a plan', () => {
    const all = new Draws('seed');
    const causes = [11, 22, 33, 44];
    const drawn = new Map(causes.map((cause) => [cause, all.bits(OTHER, cause)]));
    const fewer = new Draws('seed');
    for (const cause of [22, 44]) expect(fewer.bits(OTHER, cause)).toBe(drawn.get(cause));
  });

  test('differs by seed, by purpose, by cause and by number', () => {
    const draws = new Draws('seed');
    const values = [
      draws.bits(KernelPurpose.Latency, 7),
      new Draws('other seed').bits(KernelPurpose.Latency, 7),
      draws.bits(KernelPurpose.PowerLoss, 7),
      draws.bits(KernelPurpose.Latency, 8),
      draws.bits(KernelPurpose.Latency, 7, 1),
    ];
    expect(new Set(values).size).toBe(values.length);
  });

  test.each(['', '0', 'a', 'ß', '💥', '2026-01-01'])('accepts any string as a seed: %j', (seed) => {
    expect(new Draws(seed).bits(KernelPurpose.Latency, 1)).toBe(
      new Draws(seed).bits(KernelPurpose.Latency, 1),
    );
  });
});

test('the draws of two purposes are independent', () => {
  const draws = new Draws('independence');
  const purposes = PURPOSES;
  expect(new Set(purposes).size).toBe(purposes.length);
  const n = 2000;
  for (const a of purposes) {
    for (const b of purposes) {
      if (a >= b) continue;
      let same = 0;
      for (let cause = 0; cause < n; cause++) {
        if (draws.bits(a, cause) % 2 === draws.bits(b, cause) % 2) same++;
      }
      // Five standard deviations around one half.
      expect(Math.abs(same - n / 2)).toBeLessThan(5 * Math.sqrt(n / 4));
    }
  }
});

describe('between', () => {
  test('includes both ends and nothing outside', () => {
    const draws = new Draws('ends');
    const drawn = new Set(
      Array.from({ length: 500 }, (_, cause) => draws.between(3, 6, KernelPurpose.Latency, cause)),
    );
    expect([...drawn].sort((a, b) => a - b)).toEqual([3, 4, 5, 6]);
  });

  test('stays within its range', () => {
    const draws = new Draws('range');
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer(), (min, span, cause) => {
        const value = draws.between(min, min + span, KernelPurpose.Latency, cause);
        expect(Number.isInteger(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(min + span);
      }),
    );
  });

  test('is uniform: every tenth gets about a tenth', () => {
    const draws = new Draws('even');
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let cause = 0; cause < 10_000; cause++) tenths[draws.between(0, 9, KernelPurpose.Latency, cause)]!++;
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

test('golden values: draws of saved plans never change', () => {
  const draws = new Draws('kafka-crucible');
  const bits = PURPOSES.map((purpose) => draws.bits(purpose, 0x5eed, purpose));
  expect(bits).toEqual([
    3702988860, 4082107219, 4069712269, 3109376243, 806291799, 2967152799, 211136608, 1816337912, 1231920035,
    558058331, 4110620604, 4133474195, 37335434, 4271741192, 3930054834, 2583876363, 2967386474, 4161555762,
  ]);
});

test('draws under a new seed differ from those before and are just as reproducible', () => {
  const draw = (...seeds: string[]) => {
    const draws = new Draws('seed');
    for (const seed of seeds) draws.redraw(seed);
    return draws.bits(KernelPurpose.Latency, 7);
  };
  expect(draw('other')).not.toBe(draw());
  expect(draw('other')).toBe(draw('other'));
  expect(draw('other', 'seed')).toBe(draw());
});
