import { describe, expect, test } from 'vitest';

import { expectedAfter, kindOf, SPECIAL } from './probe-kinds.ts';
import { PROBE_NAMES } from './probes.ts';

describe('the kind of a probe', () => {
  test('is common unless it is listed as another', () => {
    expect(kindOf('leader-elected')).toBe('common');
    expect(kindOf('transaction-markers-given-up')).toBe('rare');
    expect(kindOf('unclean-leader-elected')).toBe('special');
  });

  test('names what each special one needs', () => {
    for (const need of Object.values(SPECIAL)) expect(need.length).toBeGreaterThan(20);
  });
});

describe('the probes that are expected of a search', () => {
  test('are none after a few runs', () => {
    expect(expectedAfter(4)).toEqual([]);
  });

  test('are the common ones after a thousand runs, and after a night the rare ones, listed first', () => {
    const kindsAfter = (runs: number) => [...new Set(expectedAfter(runs).map(kindOf))];
    expect(kindsAfter(1_000)).toEqual(['common']);
    expect(kindsAfter(1_000_000)).toEqual(['rare', 'common']);
  });

  test('are never special', () => {
    const expected = new Set(expectedAfter(1e9));
    expect(PROBE_NAMES.filter((name) => !expected.has(name))).toEqual(Object.keys(SPECIAL));
  });
});
