/**
 * The package as npm would publish it, unpacked in a folder of its own: tests of the command run what users run, and a
 * compiled program starts in half the time that sources take.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;
const FOLDER_VARIABLE = 'CRUCIBLE_PACKAGED_FOR_TESTS';
const POLL_MS = 100;

/** Global setup of the test run: the folder that all test processes share. The package is built when a test first asks. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'crucible-packaged-'));
  process.env[FOLDER_VARIABLE] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Folder of the unpacked package, with the dependencies of this checkout. Packs it unless another process has. */
export function packaged(): string {
  const shared = (process.env[FOLDER_VARIABLE] ??= mkdtempSync(join(tmpdir(), 'crucible-packaged-')));
  const [unpacked, ready, failed] = ['package', 'ready', 'failed'].map((name) => join(shared, name));
  if (unpacked === undefined || ready === undefined || failed === undefined) throw new Error('unreachable');
  if (isFirst(join(shared, 'lock'))) {
    try {
      pack(shared, unpacked);
      writeFileSync(ready, '');
    } catch (error) {
      writeFileSync(failed, '');
      throw error;
    }
  }
  while (!existsSync(ready)) {
    if (existsSync(failed)) throw new Error('another test process could not pack the package');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  }
  return unpacked;
}

/** True for one process: creating a folder is atomic. */
function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

/** The script `prepack` builds. */
function pack(shared: string, unpacked: string): void {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', shared], { cwd: ROOT, stdio: 'pipe' });
  const tarball = readdirSync(shared).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no tarball');
  execFileSync('tar', ['xzf', join(shared, tarball), '-C', shared]);
  symlinkSync(join(ROOT, 'node_modules'), join(unpacked, 'node_modules'));
}
