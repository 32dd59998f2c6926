/** A file of code has one idea: none is longer than a reader can hold in mind. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
const MOST_LINES = 450;

/** Files of code that hold nothing but data. */
const DATA: readonly string[] = [];

/** Files that are still too long. No file may be added: each is to be divided, and its entry removed. */
const STILL_TOO_LONG: readonly string[] = [];

function codeFiles(): readonly string[] {
  const tracked = execFileSync('git', ['ls-files', '*.ts', '*.tsx', '*.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return tracked.split('\n').filter((path) => path !== '');
}

/** The files among those given that have more lines than allowed, each with its number of lines. */
function tooLong(files: readonly (readonly [path: string, text: string])[]): readonly string[] {
  return files
    .map(([path, text]) => [path, text.split('\n').length - 1] as const)
    .filter(([, lines]) => lines > MOST_LINES)
    .map(([path, lines]) => `${path}: ${lines} lines`);
}

describe(`files of at most ${MOST_LINES} lines`, () => {
  test('are all files of code but those listed as data', () => {
    const exempt = new Set([...DATA, ...STILL_TOO_LONG]);
    const files = codeFiles().filter((path) => !exempt.has(path));
    expect(tooLong(files.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]))).toEqual([]);
  });

  test('are distinguished from longer ones', () => {
    const lines = (count: number) => 'x\n'.repeat(count);
    expect(
      tooLong([
        ['a.ts', lines(MOST_LINES)],
        ['b.ts', lines(MOST_LINES + 1)],
      ]),
    ).toEqual([`b.ts: ${MOST_LINES + 1} lines`]);
  });
});
