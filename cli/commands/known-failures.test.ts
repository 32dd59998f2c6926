import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';

import { readPlan } from '../../impl/plan/plan-file.ts';
import { crucibleProcess } from '../testing/crucible-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-known-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const summary = z.object({
  known: z.array(z.object({ failureClass: z.string(), planFile: z.string() })).min(1),
});

test('what a triage file knows is no finding of a search, and its plan is there to be looked at', async () => {
  const search = (out: string): readonly string[] => [
    ...['fuzz', '--runs', '10', '--keep-going', '--seed', 'moon', '--workers', '1', '--shrink-time', '1s'],
    ...[
      '--set',
      'acks=0',
      '--set',
      'min.insync.replicas=1',
      '--expect',
      'no-loss',
      '--out',
      join(folder, out),
    ],
  ];
  const { stderr } = await crucibleProcess(search('before'));
  const failureClasses = new Set(
    [...stderr.matchAll(/^found (.*) in run \d+: /gm)].map(([, failureClass]) => failureClass),
  );
  const known = [...failureClasses].map((failureClass) => ({
    ...{
      failureClass,
      reason: 'we live with it',
      link: 'https://example.org/7',
      who: 'ada',
      when: '2026-03-14',
    },
  }));
  const triage = join(folder, 'triage.json');
  writeFileSync(triage, JSON.stringify({ format: 'kafka-crucible/triage', version: 1, known }));

  const { code, stdout } = await crucibleProcess([...search('after'), '--triage', triage, '--json']);
  expect(code).toBe(0);
  for (const { planFile } of summary.parse(JSON.parse(stdout)).known) {
    expect(readPlan(readFileSync(planFile, 'utf8'), planFile).operations).not.toEqual([]);
  }
});
