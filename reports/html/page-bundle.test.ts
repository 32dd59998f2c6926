import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

import { loadPageBundle, loadPageBundleFrom, PAGE_BUNDLE_FILE } from './page-bundle.ts';

test('in a checkout the page is built from its sources when it is asked for', async () => {
  const { script, style } = await loadPageBundle();
  expect(script).toContain('gzip-base64');
  expect(style).toContain('prefers-color-scheme');
});

test('the page asks no server for anything', async () => {
  const { script, style } = await loadPageBundle();
  expect(style).not.toMatch(/@import|url\(/);
  expect(script).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket|\beval\(|new Function/);
});

describe('an installed package, without the sources', () => {
  async function installation(): Promise<URL> {
    const folder = await mkdtemp(join(tmpdir(), 'kafka-crucible-bundle-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return pathToFileURL(`${folder}/`);
  }

  test('reads what was built for it', async () => {
    const folder = await installation();
    const bundle = { script: 'start()', style: 'body{}' };
    await writeFile(new URL(PAGE_BUNDLE_FILE, folder), JSON.stringify(bundle));
    expect(await loadPageBundleFrom(folder)).toEqual(bundle);
  });

  test('says what is missing where nothing was', async () => {
    await expect(loadPageBundleFrom(await installation())).rejects.toThrow(
      /page-bundle\.json does not exist.*build-page\.ts/s,
    );
  });
});
