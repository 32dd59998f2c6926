import { describe, expect, test } from 'vitest';

import { withPoisonedGlobals } from './poison.ts';

const SOURCES: readonly (readonly [string, () => unknown])[] = [
  ['Math.random', () => Math.random()],
  ['Date.now', () => Date.now()],
  ['performance.now', () => performance.now()],
  ['setTimeout', () => setTimeout(() => {}, 0)],
  ['setInterval', () => setInterval(() => {}, 1)],
  ['setImmediate', () => setImmediate(() => {})],
  ['queueMicrotask', () => queueMicrotask(() => {})],
  ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(1))],
  ['crypto.randomUUID', () => crypto.randomUUID()],
];

describe.each(SOURCES)('%s', (name, ask) => {
  test('throws inside a run, and says why', () => {
    const short = name.slice(name.indexOf('.') + 1);
    expect(() => withPoisonedGlobals(ask)).toThrow(`${short} was called inside a simulation`);
  });
});

test('after a run the sources work as before', () => {
  const before = [Math.random, Date.now, setTimeout, Object.keys(crypto)];
  expect(withPoisonedGlobals(() => 42)).toBe(42);
  expect([Math.random, Date.now, setTimeout, Object.keys(crypto)]).toEqual(before);
  expect(Math.random).toBe(before[0]);
  expect(crypto.randomUUID()).toHaveLength(36);
});

test('after a run that throws the sources work as before', () => {
  expect(() =>
    withPoisonedGlobals(() => {
      throw new Error('a bug');
    }),
  ).toThrow('a bug');
  expect(Math.random()).toBeLessThan(1);
});

test('a run inside a run does not restore the sources for the outer one', () => {
  expect(() =>
    withPoisonedGlobals(() => {
      withPoisonedGlobals(() => {});
      return Math.random();
    }),
  ).toThrow('random was called inside a simulation');
  expect(Math.random()).toBeLessThan(1);
});
