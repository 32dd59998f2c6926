import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, onTestFailed, test } from 'vitest';

import { runProcessFlags } from './v8-for-runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'crucible-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a process whose module is this text. */
function script(name: string, text: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return file;
}

const BECOME = `
  import { exitWhenParentDies } from ${JSON.stringify(new URL('./exit-with-parent.ts', import.meta.url))};
  exitWhenParentDies();
`;
/** The flags of workers on a machine without a spare core: V8 has no threads of its own there. */
const FLAGS = ['--import', import.meta.resolve('tsx'), ...runProcessFlags(Infinity)];

async function said(process: ChildProcess): Promise<unknown> {
  const [message] = (await once(process, 'message')) as unknown[];
  return message;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a process that makes runs for a search', () => {
  test('dies with its parent, even in a run that never ends', async () => {
    const endless = script('endless', `${BECOME} process.send(process.pid, () => { for (;;); });`);
    const search = fork(
      script(
        'search',
        `import { fork } from 'node:child_process';
         fork(${JSON.stringify(endless)}, { execArgv: ${JSON.stringify(FLAGS)} })
           .on('message', (pid) => process.send(pid));`,
      ),
    );
    const child = Number(await said(search));
    onTestFailed(() => void process.kill(child, 'SIGKILL'));
    expect(isAlive(child)).toBe(true);
    search.kill('SIGKILL');
    await expect.poll(() => isAlive(child), { timeout: 20_000 }).toBe(false);
  }, 60_000);

  test('ignores keyboard interrupts, and exits when it has no work left', async () => {
    const idle = script(
      'idle',
      `${BECOME} process.once('message', () => process.send('here')); process.send(0);`,
    );
    const child = fork(idle, { execArgv: FLAGS });
    await said(child);
    child.kill('SIGINT');
    child.send('still there?');
    expect(await said(child)).toBe('here');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }, 60_000);
});
