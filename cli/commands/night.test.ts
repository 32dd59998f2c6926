/** Nights as a shell sees them: two shards, their merge, the triage file and the corpus. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { nightSummarySchema } from '../../reports/campaign/night-summary.ts';
import { crucibleProcess, type ProcessOutcome } from '../testing/crucible-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-night-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crucible = (...args: readonly string[]): Promise<ProcessOutcome> => crucibleProcess(args);

const RECKLESS = ['acks=0', 'min.insync.replicas=1'].flatMap((setting) => ['--set', setting]);

const shardFolder = (index: number): string => join(folder, `shard-${index}`);
const corpus = join(folder, 'corpus');

async function shard(index: number, ...more: readonly string[]): Promise<ProcessOutcome> {
  return crucible(
    ...['fuzz', '--shard', `${index}/2`, '--seed', 'moon', '--runs', '40', '--workers', '1', ...RECKLESS],
    ...[
      '--shrink-time',
      '1s',
      '--expect',
      'no-loss',
      '--out',
      shardFolder(index),
      '--corpus',
      corpus,
      ...more,
    ],
  );
}

const summarySchema = z.object({
  runs: z.number(),
  violations: z.array(z.object({ runIndex: z.number(), planFile: z.string() })),
  known: z.array(z.object({ failureClass: z.string(), occurrences: z.number(), planFile: z.string() })),
  night: z.object({ canaries: z.object({ found: z.number() }), soundnessProblems: z.array(z.string()) }),
});

let shards: readonly ProcessOutcome[] = [];
let failureClasses: readonly string[] = [];
beforeAll(async () => {
  shards = [await shard(0), await shard(1)];
  const found = shards.flatMap(({ stderr }) => [...stderr.matchAll(/^found (.*) in run \d+: /gm)]);
  failureClasses = [...new Set(found.map(([, failureClass = '']) => failureClass))];
}, 240_000);

async function merged(...args: readonly string[]) {
  return mergedInto('all', ...args);
}

async function mergedInto(name: string, ...args: readonly string[]) {
  const { code, stdout } = await crucible('merge', ...args, '--out', join(folder, name), '--json');
  return { code, summary: summarySchema.parse(JSON.parse(stdout)) };
}

describe('two shards of a night', () => {
  test('find what there is to be found, and a canary each', () => {
    expect(shards.map(({ code }) => code)).toEqual([1, 1]);
    expect(failureClasses.length).toBeGreaterThan(0);
    for (const index of [0, 1]) {
      const summary = summarySchema.parse(
        JSON.parse(readFileSync(join(shardFolder(index), 'summary.json'), 'utf8')),
      );
      expect(summary.runs).toBe(20);
      expect(summary.night).toMatchObject({ soundnessProblems: [] });
      expect(summary.night.canaries.found).toBeGreaterThan(0);
      for (const { runIndex } of summary.violations) expect(runIndex % 2).toBe(index);
    }
  });

  test('are one night when they are merged, with one case of each failure', async () => {
    const { code, summary } = await merged(shardFolder(0), shardFolder(1));
    expect(code).toBe(1);
    expect(summary).toMatchObject({ runs: 40, night: { soundnessProblems: [] } });
    expect(summary.violations.length).toBe(failureClasses.length);
    for (const { planFile } of summary.violations) expect(existsSync(planFile)).toBe(true);
  });

  test('leave a page each, and one of both, with a target for each of them', () => {
    const night = nightSummarySchema.parse(
      JSON.parse(readFileSync(join(folder, 'all', 'night.json'), 'utf8')),
    );
    expect(night.targets.map(({ name, runs }) => [name, runs])).toEqual([
      ['shard-0', 20],
      ['shard-1', 20],
    ]);
    expect(night.findings.map(({ failureClass }) => failureClass).sort()).toEqual([...failureClasses].sort());
    expect(night.canary).toMatchObject({ ageSeconds: expect.any(Number) });
    for (const place of ['shard-0', 'shard-1', 'all']) {
      expect(readFileSync(join(folder, place, 'night.html'), 'utf8')).toContain('Where the time went');
    }
  });

  test('are compared with the night before', async () => {
    const previous = join(folder, 'monday.json');
    copyFileSync(join(folder, 'all', 'night.json'), previous);
    await merged(shardFolder(0), shardFolder(1), '--previous', previous);
    const page = readFileSync(join(folder, 'all', 'night.html'), 'utf8');
    expect(page).toContain(`${failureClasses.length} still there`);
    expect(page).not.toContain('new failure');
  });

  test('can be merged again when what they were merged into lies among them', async () => {
    const all = join(folder, 'all');
    const { code, summary } = await merged(shardFolder(0), shardFolder(1), `${all}/`);
    expect(code).toBe(1);
    expect(summary).toMatchObject({ runs: 40, night: { soundnessProblems: [] } });
    const alone = await crucible('merge', all, '--out', all);
    expect(alone).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`--out ${all}: no other folder was given`),
    });
    const other = await crucible('merge', shardFolder(0), all, '--out', join(folder, 'other'));
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining(`${all}: expected a folder`) });
  });

  test('are inconclusive when one is missing', async () => {
    const { code, summary } = await merged(shardFolder(0));
    expect(code).toBe(3);
    expect(summary.night.soundnessProblems).toEqual(['shard 1/2 is missing']);
  });

  test('that met only what is known are no reason for alarm', async () => {
    const triage = join(folder, 'triage.json');
    const [entry, ...others] = [...failureClasses, 'budget'].map((failureClass) => ({
      ...{
        failureClass,
        reason: 'we live with it',
        link: 'https://example.org/7',
        who: 'ada',
        when: '2026-03-14',
      },
    }));
    const file = { format: 'kafka-crucible/triage', version: 1, known: [entry, ...others] };
    writeFileSync(triage, JSON.stringify(file));
    const { code, summary } = await mergedInto('known', shardFolder(0), shardFolder(1), '--triage', triage);
    expect(code).toBe(0);
    expect(summary.violations).toEqual([]);
    expect(summary.known.map(({ failureClass }) => failureClass).sort()).toEqual([...failureClasses].sort());
    for (const { planFile } of summary.known) expect(existsSync(planFile), planFile).toBe(true);
    const words = await crucible(
      'merge',
      shardFolder(0),
      shardFolder(1),
      '--triage',
      triage,
      '--out',
      join(folder, 'all'),
    );
    expect(words.stdout).toContain('nothing found that is not known');
    expect(words.stdout).toContain('Not met: budget.');
  });

  test('have left a corpus, which is as expected', async () => {
    const { code, stdout } = await crucible('corpus', corpus);
    expect(stdout).toMatch(/\d as expected\.$/m);
    expect(code).toBe(0);
  });

  test('are not begun a second time by mistake, nor gone on with under other options', async () => {
    expect(await shard(0)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--resume goes on with it'),
    });
    expect(await shard(0, '--resume', '--set', 'acks=1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the night was begun with the options'),
    });
  });
});
