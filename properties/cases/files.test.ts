import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { makeFolder, writeText } from './files.ts';

const root = mkdtempSync(join(tmpdir(), 'crucible-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a folder', () => {
  test('is made with all its missing parents', () => {
    makeFolder(join(root, 'a/b/c'));
    expect(existsSync(join(root, 'a/b/c'))).toBe(true);
    expect(() => makeFolder(join(root, 'a/b/c'))).not.toThrow();
  });

  test('is refused with a sentence where a file exists', () => {
    writeFileSync(join(root, 'plain'), '');
    expect(() => makeFolder(join(root, 'plain'))).toThrow('expected a folder');
    expect(() => makeFolder(join(root, 'plain/below'))).toThrow('a part of the path is no folder');
    expect(() => writeText(join(root, 'plain/below/x.json'), '')).toThrow('a part of the path is no folder');
  });

  test.runIf(existsSync('/proc/self'))('is refused where the system keeps none, instead of waiting', () => {
    expect(() => makeFolder('/proc/crucible/out')).toThrow('/proc/crucible: no folder can be made there');
  });
});
