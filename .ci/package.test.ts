/** The package that `npm pack` makes must work without the sources, also with workers. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { packaged } from '../cli/testing/packaged.ts';

const unpacked = packaged();

function packed(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  return spawnSync(process.execPath, args, { cwd: unpacked, encoding: 'utf8' });
}

describe('the package', () => {
  test('has no tests and no sources in it', () => {
    const files = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    );
    expect(files.filter((file) => /\.test\.|\/testing\/|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(files).toContain('LICENSE');
    expect(files).toContain('dist/index.d.ts');
  });

  test('finds failures with workers, and writes their pages', () => {
    const reckless = ['--set', 'acks=0', '--set', 'min.insync.replicas=1', '--expect', 'no-loss'];
    const search = ['fuzz', '--seed', 'packed', '--runs', '200', '--workers', '2', '--shrink-time', '1s'];
    const { status, stdout } = packed('dist/cli/main.js', ...search, ...reckless);
    expect(stdout).toContain('npx kafka-crucible replay crucible-out/');
    expect(status).toBe(1);
    const pages = readdirSync(join(unpacked, 'crucible-out'), { recursive: true, encoding: 'utf8' });
    expect(pages.some((file) => file.endsWith('report.html'))).toBe(true);
  });

  test('is a library', () => {
    const program =
      "import { generatePlan, simulate } from 'kafka-crucible'; console.log(simulate(generatePlan('packed', 1)).hash)";
    const { stdout } = packed('--input-type=module', '--eval', program);
    expect(stdout).toMatch(/^[0-9a-f]{16}\n$/);
  });
});
