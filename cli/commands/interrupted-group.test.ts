/**
 * Ctrl-C reaches every process of a terminal, and `timeout` ends a whole group of them: the workers of a search, too.
 * That these end then is no crash of a run.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { crucibleProcess } from '../testing/crucible-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-group-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A night, what a shell sees of it, and what it wrote down. */
async function night(name: string, act: (child: ChildProcess) => void) {
  const out = join(folder, name);
  const asked = ['fuzz', '--night', '--time', '2m', '--seed', 'group', '--workers', '2', '--out', out];
  const outcome = await crucibleProcess(asked, { group: true, once: { said: ' runs', act } });
  return { ...outcome, written: readFileSync(join(out, 'night.jsonl'), 'utf8') };
}

test.concurrent.each(['SIGINT', 'SIGTERM'] as const)(
  'a night whose processes all get %s has found nothing',
  async (signal) => {
    const { code, stdout, written } = await night(signal, (child) => {
      // `timeout` sends it to the one that it started, and then to all.
      child.kill(signal);
      process.kill(-(child.pid ?? 0), signal);
    });
    expect(stdout).toContain('interrupted: nothing found');
    expect(code).toBe(130);
    expect(written).not.toContain('"finding"');
  },
  120_000,
);
