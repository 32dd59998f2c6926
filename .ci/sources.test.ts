/** Runs the linter, the formatter and the type checker as tests, so that one tally counts everything that must hold. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;

/** Returns what the script printed if it failed, else an empty string. */
async function complaints(script: string): Promise<string> {
  try {
    await promisify(execFile)('npm', ['run', '--silent', script], { cwd: ROOT, maxBuffer: 1 << 26 });
    return '';
  } catch (error) {
    const { stdout, stderr } = Object(error) as { stdout?: string; stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}` || String(error);
  }
}

describe('the sources', () => {
  test('pass the linter, which checks layers and the determinism of the simulator', async () => {
    expect(await complaints('lint')).toBe('');
  });

  test('are formatted', async () => {
    expect(await complaints('format:check')).toBe('');
  });

  test('have sound types', async () => {
    expect(await complaints('typecheck')).toBe('');
  });
});
