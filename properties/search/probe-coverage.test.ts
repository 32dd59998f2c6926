import { describe, expect, test } from 'vitest';

import { simulate } from '../../impl/simulated/run/simulate.ts';
import { kindOf } from '../../impl/simulated/catalogue/probe-kinds.ts';
import { PROBE_NAMES } from '../../impl/simulated/catalogue/probes.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { neverReached, outOfReach } from './probe-coverage.ts';

/** So many that a probe which one plan in fifty reaches is missed once in three thousand generators. */
const PLANS = 400;

test('the plans of a fixed campaign come to every common probe', () => {
  const reached = new Set<string>();
  for (let run = 0; run < PLANS; run++) {
    for (const name of Object.keys(simulate(generatePlan('catalogue', run)).probes)) reached.add(name);
  }
  // A probe that stands here is dead code, is out of the generator's reach, or is not common: see probe-kinds.ts.
  expect(PROBE_NAMES.filter((name) => kindOf(name) === 'common' && !reached.has(name))).toEqual([]);
  const special = PROBE_NAMES.filter((name) => kindOf(name) === 'special' && reached.has(name));
  expect(special).toEqual([]);
});

describe('what a search has never reached', () => {
  const all = Object.fromEntries(PROBE_NAMES.map((name) => [name, 1]));

  test('is nothing to speak of after a few runs', () => {
    expect(neverReached({}, 4, {})).toEqual([]);
  });

  test('is told after many, the rare ones first', () => {
    const hits = { ...all, 'leader-elected': 0, 'log-dir-offline': 0, 'unclean-leader-elected': 0 };
    expect(neverReached(hits, 1_000, {})).toEqual(['leader-elected']);
    expect(neverReached(hits, 100_000, {})).toEqual(['log-dir-offline', 'leader-elected']);
  });

  test('is not told of what its options keep it from', () => {
    const hits = { ...all, 'transaction-began': 0, 'duplicate-batch-found': 0 };
    expect(neverReached(hits, 1_000, {})).toEqual(['duplicate-batch-found', 'transaction-began']);
    expect(neverReached(hits, 1_000, { transactions: 'never' })).toEqual(['duplicate-batch-found']);
    expect(neverReached(hits, 1_000, { configuration: { acks: '1' } })).toEqual([]);
    expect(outOfReach({})).toEqual([]);
  });
});
