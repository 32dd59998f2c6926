/**
 * A night that is ended by SIGTERM after its first finding, as a shell and a scheduler see it. The night before, against
 * which it is held, is deleted meanwhile: it was read.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { nightOf } from '../../reports/campaign/night-summary.ts';
import { FOUND, crucibleProcess, type ProcessOutcome } from '../testing/crucible-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-interrupted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const out = join(folder, 'night');
const night = (time: string, expected: string): readonly string[] => [
  ...['fuzz', '--resume', '--time', time, '--seed', 'moon', '--workers', '1', '--shrink-time', '1s'],
  ...['--set', 'acks=0', '--set', 'min.insync.replicas=1', '--expect', expected, '--out', out],
];

const size = z.object({ operations: z.number() });
const summarySchema = z.object({
  verdict: z.string(),
  ended: z.string(),
  night: z.object({
    canary: z.object({ found: z.number() }).loose(),
    soundnessProblems: z.array(z.string()),
  }),
  violations: z.array(z.object({ sizeBefore: size, sizeAfter: size })).min(1),
});

function summary() {
  return summarySchema.parse(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')));
}

let evening: ProcessOutcome;
beforeAll(async () => {
  const before = join(folder, 'before.json');
  writeFileSync(before, JSON.stringify(nightOf('monday', [])));
  evening = await crucibleProcess([...night('1h', 'no-loss,progress'), '--previous', before], {
    once: {
      said: FOUND,
      act: (child) => {
        rmSync(before);
        child.kill('SIGTERM');
      },
    },
  });
}, 120_000);

test('it says what it found, and that it is not over', () => {
  expect(evening.stdout).toMatch(/\d runs?, interrupted: \d distinct failure/);
  expect(evening.code).toBe(130);
  expect(summary()).toMatchObject({ verdict: 'violated', ended: 'interrupted' });
});

test('it is no reason for doubt that it was too short for its canary, in words, as data and on its page', () => {
  expect(evening.stdout).not.toContain('INCONCLUSIVE');
  const { canary, soundnessProblems } = summary().night;
  expect(canary).toMatchObject({ found: 0, ageSeconds: null });
  expect(soundnessProblems).toEqual([]);
  const page = readFileSync(join(out, 'night.html'), 'utf8');
  expect(page).toContain('this night was too short to expect it');
  expect(page).not.toContain('is inconclusive');
});

test('it makes the night that it is merged into doubtful, and is named there', async () => {
  const all = join(folder, 'all');
  const { code, stdout } = await crucibleProcess(['merge', out, '--out', all]);
  const reason = `${out} was interrupted, and not resumed`;
  expect(stdout).toContain(`INCONCLUSIVE: ${reason}.`);
  expect(readFileSync(join(all, 'night.html'), 'utf8')).toContain(reason);
  expect(code).toBe(3);
}, 120_000);

test('it goes on, and shrinks what it could not shrink in the evening', async () => {
  // The time is up before it goes on; the same promises are named in another order.
  const morning = await crucibleProcess(night('1ms', 'progress,no-loss'));
  expect(morning.stderr).toContain('going on after ');
  expect(morning.code).toBe(1);
  for (const { sizeBefore, sizeAfter } of summary().violations) {
    expect(sizeAfter.operations).toBeLessThan(sizeBefore.operations);
  }
}, 120_000);
