import { expect, test } from 'vitest';

import { loadPageBundle } from './page-bundle.ts';

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
