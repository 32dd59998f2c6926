/** Files and folders that a search is given are looked at before it begins; what becomes of them later costs nothing else. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { FOUND, crucibleProcess } from '../testing/crucible-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-named-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const nowhere = join(folder, 'nowhere.json');
const plain = file('plain', '');
const night = ['--night', '--runs', '20', '--seed', 'det', '--workers', '1', '--shrink-time', '1s'];

describe.concurrent('before a search, with nothing done, is refused', () => {
  test.each<readonly [what: string, args: readonly string[], words: string]>([
    ['a night before that is not there', ['--previous', nowhere], `${nowhere}: there is no such file`],
    ['a corpus that is a file', ['--corpus', plain], `--corpus ${plain}: it is a file, expected a folder`],
    ['a report that is a folder', ['--junit', folder], `--junit ${folder}: it is a folder, expected a file`],
  ])('%s', async (what, args, words) => {
    const out = join(folder, what.replaceAll(' ', '-'));
    const { code, stdout, stderr } = await crucibleProcess(['fuzz', ...night, ...args, '--out', out]);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('kafka-crucible fuzz');
    expect(stdout).toBe('');
    expect(existsSync(join(out, 'night.jsonl'))).toBe(false);
    expect(code).toBe(2);
  });
});

describe('before shards are merged, with nothing done, is refused', () => {
  const shard = join(folder, 'shard');
  beforeAll(async () => {
    const { code } = await crucibleProcess(['fuzz', ...night, '--expect', 'contract', '--out', shard]);
    expect(code).toBe(0);
  });

  test('a night before that is not there', async () => {
    const out = join(folder, 'merged');
    const args = ['merge', shard, '--previous', nowhere, '--out', out];
    const { code, stdout, stderr } = await crucibleProcess(args);
    expect(stderr).toContain(`${nowhere}: there is no such file`);
    expect(stdout).toBe('');
    expect(existsSync(out)).toBe(false);
    expect(code).toBe(2);
  });
});

test('a corpus that a file has replaced meanwhile costs neither the story nor the reports', async () => {
  const [corpus, junit] = [join(folder, 'corpus'), join(folder, 'reports/junit.xml')];
  const args = ['--set', 'acks=0', '--set', 'min.insync.replicas=1', '--expect', 'no-loss'];
  const { code, stdout, stderr } = await crucibleProcess(
    [
      ...['fuzz', '--seed', 'moon', '--workers', '1', '--shrink-time', '1s', ...args],
      ...['--corpus', corpus, '--junit', junit, '--out', join(folder, 'replaced')],
    ],
    {
      once: {
        said: FOUND,
        act: () => {
          rmSync(corpus, { recursive: true });
          writeFileSync(corpus, '');
        },
      },
    },
  );
  expect(stdout).toContain('no-loss violated');
  expect(readFileSync(junit, 'utf8')).toContain('<failure');
  expect(stderr).toContain(`${corpus}/`);
  expect(code).toBe(2);
});
