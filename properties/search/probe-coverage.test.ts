import { describe, expect, test } from 'vitest';

import { simulate } from '../../impl/simulated/run/simulate.ts';
import { kindOf } from '../../impl/simulated/catalogue/probe-kinds.ts';
import { PROBE_NAMES } from '../../impl/simulated/catalogue/probes.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { neverReached, outOfReach } from './probe-coverage.ts';

/** With this many plans, a probe that one plan in fifty reaches is missed by one generator in three thousand. */
const PLANS = 400;

test('the plans of a fixed campaign reach every common probe', () => {
  const reached = new Set<string>();
  for (let run = 0; run < PLANS; run++) {
    for (const name of Object.keys(simulate(generatePlan('catalogue', run)).probes)) reached.add(name);
  }
  // A probe listed here is dead code, is out of the generator's reach, or is not common: see probe-kinds.ts.
  expect(PROBE_NAMES.filter((name) => kindOf(name) === 'common' && !reached.has(name))).toEqual([]);
  const special = PROBE_NAMES.filter((name) => kindOf(name) === 'special' && reached.has(name));
  expect(special).toEqual([]);
});

describe('probes that a search never reached', () => {
  const all = Object.fromEntries(PROBE_NAMES.map((name) => [name, 1]));

  test('are not reported after a few runs', () => {
    expect(neverReached({}, 4, {})).toEqual([]);
  });

  test('are reported after many runs, the rare ones first', () => {
    const hits = { ...all, 'leader-elected': 0, 'log-dir-offline': 0, 'unclean-leader-elected': 0 };
    expect(neverReached(hits, 1_000, {})).toEqual(['leader-elected']);
    expect(neverReached(hits, 100_000, {})).toEqual(['log-dir-offline', 'leader-elected']);
  });

  test('are not reported if the options keep every plan from them', () => {
    const hits = { ...all, 'transaction-began': 0, 'duplicate-batch-found': 0 };
    expect(neverReached(hits, 1_000, {})).toEqual(['duplicate-batch-found', 'transaction-began']);
    expect(neverReached(hits, 1_000, { transactions: 'never' })).toEqual(['duplicate-batch-found']);
    expect(neverReached(hits, 1_000, { configuration: { acks: '1' } })).toEqual([]);
    expect(outOfReach({})).toEqual([]);
  });
});
