import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import type { ExaminedCase } from '../../properties/cases/examine-failures.ts';
import { ExitCode } from './exit-code.ts';
import { exitCodeOf, type NightVitals, type Totals } from '../commands/fuzz-result.ts';

const found: ExaminedCase = {
  failure: { run: 3, kind: 'error', failureClass: 'error E', violations: [], plan: null, occurrences: 1 },
  planFile: 'out/plan.json',
  rendered: null,
};

const night: NightVitals = {
  canaries: { planted: 4, found: 2, plantedSinceFound: 0 },
  canary: { defect: 'last_replica_standing', found: 2, ageSeconds: 0, limitSeconds: 60 },
  repeated: 1,
  soundnessProblems: [],
};

function totals(ended: Totals['ended']): Totals {
  return { runs: 9, events: 90, virtualUs: 1, seconds: 1, probes: {}, ended };
}

describe('a search that was interrupted', () => {
  test('an ordinary search: its findings count', () => {
    const watched = { totals: totals('interrupted'), night: null };
    expect(exitCodeOf({ ...watched, cases: [] })).toBe(130);
    expect(exitCodeOf({ ...watched, cases: [found] })).toBe(1);
  });

  test('in the night: it is not over, whatever it found', () => {
    const cut = { totals: totals('interrupted'), night };
    expect(exitCodeOf({ ...cut, cases: [] })).toBe(130);
    expect(exitCodeOf({ ...cut, cases: [found] })).toBe(130);
    expect(exitCodeOf({ totals: totals('time'), night, cases: [found] })).toBe(1);
    // The runs are made, and what they found is not yet as short as it may become.
    const unfinished = { ...found, unfinished: true } as const;
    expect(exitCodeOf({ totals: totals('time'), night, cases: [found, unfinished] })).toBe(130);
  });

  test('in a night that cannot be believed: it is not worth going on', () => {
    const missed = {
      ...night,
      soundnessProblems: ['a known bug was planted 20 times in a row and not detected'],
    };
    expect(exitCodeOf({ totals: totals('interrupted'), night: missed, cases: [found] })).toBe(3);
  });

  test('is what Kubernetes starts again', () => {
    const job = readFileSync(new URL('../../deploy/kubernetes/nightly.yaml', import.meta.url), 'utf8');
    const [, hopeless = ''] = /action: FailIndex[^[]*values: \[([\d, ]+)\]/.exec(job) ?? [];
    expect(hopeless.split(', ').map(Number)).toEqual([ExitCode.found, ExitCode.badInput, ExitCode.unsound]);
  });
});
