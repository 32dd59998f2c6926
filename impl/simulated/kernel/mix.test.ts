import fc from 'fast-check';
import { expect, test } from 'vitest';

import { hex, keyOf, mix } from './mix.ts';

test('golden values: keys in saved plans never change', () => {
  expect([mix(0, 0), mix(1, 0), mix(0, 1), mix(-1, 7), keyOf(''), keyOf('operation 1')].map(hex)).toEqual([
    '00000000',
    '514e28b7',
    '11fd02eb',
    '39686534',
    '811c9dc5',
    'a57b2f59',
  ]);
});

test('a key is a 32-bit integer for any arguments', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
      const key = mix(a, b);
      expect(key).toBe(key | 0);
    }),
  );
});

test('a key depends on both arguments and on their order', () => {
  const keys = new Set<number>();
  for (let a = 0; a < 200; a++) for (let b = 0; b < 200; b++) keys.add(mix(a, b));
  // Among 40 000 of 2^32 values less than one collision is to be expected.
  expect(keys.size).toBeGreaterThan(39_997);
});

test('flipping one bit of the input flips about half of the output', () => {
  let flipped = 0;
  let counted = 0;
  for (let value = 1; value <= 500; value++) {
    for (let bit = 0; bit < 32; bit++) {
      let difference = mix(0x1234, value) ^ mix(0x1234, value ^ (1 << bit));
      for (; difference !== 0; difference &= difference - 1) flipped++;
      counted += 32;
    }
  }
  expect(flipped / counted).toBeGreaterThan(0.48);
  expect(flipped / counted).toBeLessThan(0.52);
});

test('names that differ have different keys', () => {
  const names = Array.from({ length: 5000 }, (_, i) => `operation ${i}`);
  expect(new Set(names.map(keyOf)).size).toBe(names.length);
});

test('hex is eight digits, without a sign', () => {
  expect(hex(0)).toBe('00000000');
  expect(hex(-1)).toBe('ffffffff');
  expect(hex(0xab)).toBe('000000ab');
});
