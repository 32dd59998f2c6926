import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { readPlan } from '../../impl/plan/plan-file.ts';
import { failureOf } from '../minimiser/failure-of.ts';
import { assertPlans } from './assert-plans.ts';
import { readText } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-assert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a configuration that keeps its guarantees passes, and nothing is saved', async () => {
  await assertPlans({}, { runs: 3, folder: join(folder, 'passing') });
  expect(existsSync(join(folder, 'passing'))).toBe(false);
});

test('a configuration that breaks a guarantee throws the report of the shrunk plan, which is saved', async () => {
  const options = { configuration: { acks: '0', 'min.insync.replicas': 1 }, expect: ['no-loss'] as const };
  const thrown: unknown = await assertPlans(options, { runs: 100, shrinkRuns: 300, folder }).catch(
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Error);
  const message = thrown instanceof Error ? thrown.message : '';
  expect(message).toContain('no-loss');
  const planFile = /replay -- (\S+plan\.json)/.exec(message)?.[1] ?? '';
  const plan = readPlan(readText(planFile), planFile);
  expect(failureOf(plan)?.failureClass).toMatch(/^no-loss /);
  expect(plan.operations.length).toBeLessThan(10);
  expect(existsSync(join(planFile, '..', 'report.html'))).toBe(true);
});

test('options that no plan can have are refused before the first run', async () => {
  await expect(assertPlans({ configuration: { acks: 'some' } }, { folder })).rejects.toThrow(/acks/);
});
