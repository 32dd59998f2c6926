/** The command in a process of its own, to test what a shell sees of it. */
import { type ChildProcess, spawn } from 'node:child_process';

const MAIN = new URL('main.ts', import.meta.url).pathname;

export interface ProcessOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `onFound` is called once, as soon as a search says that it has found something. */
export async function crucibleProcess(
  args: readonly string[],
  onFound: (child: ChildProcess) => void = () => {},
): Promise<ProcessOutcome> {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  let [stdout, stderr] = ['', ''];
  let hasFound = false;
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (hasFound || !/^found /m.test(stderr)) return;
    hasFound = true;
    onFound(child);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
