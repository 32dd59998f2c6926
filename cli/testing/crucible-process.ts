/** The packaged command in a process of its own, to test what a shell sees of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import { packaged } from './packaged.ts';

const ROOT = new URL('../..', import.meta.url).pathname;

export interface ProcessOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessScript {
  /** Where it is called; default: in the project. */
  readonly cwd?: string;
  /** In a process group of its own, as from a shell. */
  readonly group?: boolean;
  /** Done once, as soon as standard error has said it. */
  readonly once?: { readonly said: string; readonly act: (child: ChildProcess) => void };
}

/** By which a search says that it has found something. */
export const FOUND = '\nfound ';

export async function crucibleProcess(
  args: readonly string[],
  { cwd = ROOT, group = false, once }: ProcessScript = {},
): Promise<ProcessOutcome> {
  const child = spawn(process.execPath, [join(packaged(), 'dist/cli/main.js'), ...args], {
    cwd,
    detached: group,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let [stdout, stderr] = ['', ''];
  let isDone = false;
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (once === undefined || isDone || !stderr.includes(once.said)) return;
    isDone = true;
    once.act(child);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
