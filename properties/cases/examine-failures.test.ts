import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { readPlan } from '../../impl/plan/plan-file.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { failureOf } from '../minimiser/failure-of.ts';
import type { RunFailure } from '../search/failure.ts';
import { examineAll, type Examination, savedCase } from './examine-failures.ts';
import { saveFound } from './save.ts';
import { filesOf } from './case-files.ts';

const out = mkdtempSync(join(tmpdir(), 'crucible-examined-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const RECKLESS = { configuration: { acks: '0', 'min.insync.replicas': 1 }, expect: ['no-loss'] as const };

function found(run: number): RunFailure {
  const plan = generatePlan('examined', run, RECKLESS);
  const failureClass = failureOf(plan)?.failureClass;
  if (failureClass === undefined) return found(run + 1);
  return { run, kind: 'violation', failureClass, violations: [], occurrences: 1, plan };
}

const lost = found(0);

function examination(more: Partial<Examination> = {}): Examination {
  return {
    ...{ out, shrinkTime: 5, runLimit: 60, pinned: Object.keys(RECKLESS.configuration), threads: 1 },
    ...{ hasTriage: false, speed: undefined, keepSaved: true, signal: new AbortController().signal },
    onProgress: () => {},
    onSentence: () => {},
    ...more,
  };
}

const examine = async (failure: RunFailure, more: Partial<Examination> = {}) => {
  saveFound(out, failure);
  const [examined] = await examineAll(
    [failure],
    examination(more),
    () => true,
    () => {},
  );
  if (examined === undefined) throw new Error('it was examined');
  return examined;
};

describe('a failure', () => {
  test('whose shrinking is interrupted is shrunk again by a search that resumes', async () => {
    const files = filesOf(out, lost);
    const operations = (): number => readPlan(readFileSync(files.plan, 'utf8'), files.plan).operations.length;
    expect(await examine(lost, { signal: AbortSignal.abort() })).toMatchObject({ unfinished: true });
    const before = operations();
    const { rendered, unfinished } = await examine(lost);
    expect(rendered).not.toBeNull();
    expect(unfinished).toBeUndefined();
    expect(operations()).toBeLessThan(before);
    expect(existsSync(files.unfinished)).toBe(false);
  });

  test('that does not fail any more is reported as irreproducible, and does not end the search', async () => {
    const { plan } = lost;
    if (plan === null) throw new Error('it has a plan');
    const calm = { ...lost, run: lost.run + 1_000, plan: { ...plan, operations: [], faults: [] } };
    const { failure, rendered, planFile } = await examine(calm);
    expect(rendered).toBeNull();
    expect(failure).toMatchObject({ kind: 'irreproducible', failureClass: lost.failureClass });
    expect(failure.message).toContain('one plan gave two different runs');
    expect(existsSync(planFile)).toBe(true);
    // Merging shards reads the saved files.
    expect(savedCase(calm, out)).toMatchObject({ failure: { kind: 'irreproducible' }, rendered: null });
  });

  test('whose shrinking meets a run that does not end is reported as hung', async () => {
    const failure = { ...lost, run: lost.run + 2_000 };
    const examined = await examine(failure, { shrinkTime: 0, runLimit: 0.001 });
    expect(examined.failure).toMatchObject({ kind: 'hung' });
    expect(existsSync(filesOf(out, failure).unfinished)).toBe(false);
  });
});

test('two failures of one run have two folders', () => {
  const promised = { run: 3, failureClass: 'no-loss unseen record' };
  const unpromised = { run: 3, failureClass: 'no-loss unseen record, not promised: acks=1' };
  expect(filesOf(out, promised).plan).not.toBe(filesOf(out, unpromised).plan);
});
