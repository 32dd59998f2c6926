/**
 * Builds the page of the HTML report. As a command, `tsx reports/html/build-page.ts dist/reports/page-bundle.json`
 * writes it to a file for the published package, which has no esbuild.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { PageBundle } from './page-bundle.ts';

/** @throws esbuild's BuildFailure, which names file and line. */
export async function buildPage(): Promise<PageBundle> {
  const { build } = await import('esbuild');
  const output = await build({
    entryPoints: {
      script: fileURLToPath(new URL('../page/main.tsx', import.meta.url)),
      style: fileURLToPath(new URL('../page/style.css', import.meta.url)),
    },
    outdir: 'page',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: ['chrome111', 'firefox115', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    // Esbuild would read the tsconfig nearest to each file; the page must not depend on it.
    tsconfigRaw: '{}',
    logLevel: 'silent',
  });
  const text = (extension: string): string => {
    const file = output.outputFiles.find(({ path }) => path.endsWith(extension));
    if (file === undefined) throw new Error(`esbuild wrote no ${extension} file`);
    return file.text.trim();
  };
  return { script: text('.js'), style: text('.css') };
}

if (process.argv[1] === import.meta.filename) {
  const file = process.argv[2];
  if (file === undefined) throw new Error('usage: tsx reports/html/build-page.ts <file>');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(await buildPage()));
}
