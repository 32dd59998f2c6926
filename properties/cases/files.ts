/** Reads and writes files that the user names; errors of the system become sentences. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

import { BadInput } from './bad-input.ts';

const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, expected a file',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'a file stands where a folder is needed',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** @throws BadInput if the file cannot be read or is no UTF-8 text. */
export function readText(file: string): string {
  const bytes = inWords(file, () => readFileSync(file));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadInput(`${file}: expected UTF-8 text`);
  }
}

/** Makes the folder where it is missing. @throws BadInput if the file cannot be written. */
export function writeText(file: string, text: string): void {
  inWords(file, () => {
    makeMissing(resolve(dirname(file)));
    writeFileSync(file, text);
  });
}

/**
 * Like `writeText`, but atomic: a reader finds the whole new file or the old one, even if this process is killed or the
 * power fails meanwhile.
 */
export function writeWhole(file: string, text: string): void {
  inWords(file, () => {
    makeMissing(resolve(dirname(file)));
    const partial = `${file}.partial`;
    const descriptor = openSync(partial, 'w');
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, file);
  });
}

/** @throws BadInput if the folder is not there and cannot be made, or nothing can be written in it. */
export function makeFolder(folder: string): void {
  inWords(folder, () => {
    makeMissing(resolve(folder));
    if (!statSync(folder).isDirectory()) throw new BadInput(`${folder}: it is a file, expected a folder`);
    accessSync(folder, constants.W_OK | constants.X_OK);
  });
}

/** Makes the folder where it is missing, and leaves the file as it is. @throws BadInput if it could not be written. */
export function makeWritable(file: string): void {
  inWords(file, () => {
    if (!existsSync(file)) return makeFolder(dirname(file));
    if (statSync(file).isDirectory()) throw new BadInput(`${file}: it is a folder, expected a file`);
    accessSync(file, constants.W_OK);
  });
}

/** One folder after the other: Node's own recursion never ends where a file system refuses folders with ENOENT, as /proc does. */
function makeMissing(folder: string): void {
  if (existsSync(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeMissing(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (existsSync(folder)) return;
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') throw new BadInput(`${folder}: no folder can be made there`);
    throw error;
  }
}

/** @throws BadInput if there is nothing at this path. */
export function isFolder(path: string): boolean {
  return inWords(path, () => statSync(path).isDirectory());
}

function inWords<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const refusal = REFUSALS[code];
    if (refusal === undefined) throw error;
    throw new BadInput(`${file}: ${refusal}`);
  }
}
