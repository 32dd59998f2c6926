import { expect, test } from 'vitest';

import { PROBE_NAMES } from '../../impl/simulated/catalogue/probes.ts';
import type { ExaminedCase } from '../../properties/cases/examine-failures.ts';
import { type FuzzResult, resultInWords } from './fuzz-result.ts';

const found: ExaminedCase = {
  failure: {
    ...{ run: 3, kind: 'error', failureClass: 'error E', violations: [], plan: null, occurrences: 1 },
    ...{ message: 'E', stack: 'E\n    at somewhere' },
  },
  planFile: 'out/plan.json',
  rendered: null,
};

const hits = Object.fromEntries(PROBE_NAMES.map((name) => [name, 7]));

/** So many runs should have come to the rare probes, too. */
const night: FuzzResult = {
  ...{ command: 'kafka-crucible fuzz --night', seed: 'moon', options: {} },
  totals: {
    ...{ runs: 60_000, events: 600_000, virtualUs: 1, seconds: 1, ended: 'time' },
    probes: { ...hits, 'log-dir-offline': 0, 'leader-elected': 0 },
  },
  cases: [found],
  triaged: { known: [], unmet: [] },
  night: {
    canaries: { planted: 4, found: 2, plantedSinceFound: 0 },
    canary: { defect: 'last_replica_standing', found: 2, ageSeconds: 0, limitSeconds: 60 },
    ...{ repeated: 1, soundnessProblems: [] },
  },
};

test('what a night never came to stands first, the rare first of all, before what it found', () => {
  const [first, second, blank, story] = resultInWords(night).split('\n');
  expect(first).toMatch(/^Never reached: log-dir-offline, /);
  expect(second).toMatch(/^Never reached: leader-elected, /);
  expect(blank).toBe('');
  expect(story).toMatch(/^The harness itself failed in run 3\./);
});

test('a night that found nothing and an ordinary search report it in the same place', () => {
  for (const vitals of [night.night, null]) {
    const [first, second, closing] = resultInWords({ ...night, night: vitals, cases: [] }).split('\n');
    expect(first).toMatch(/^Never reached: log-dir-offline, /);
    expect(second).toMatch(/^Never reached: leader-elected, /);
    expect(closing).toMatch(/^60 000 runs: nothing found\./);
  }
});

test('an ordinary search that ended with a finding does not report it', () => {
  expect(resultInWords({ ...night, night: null })).not.toContain('Never reached');
});
