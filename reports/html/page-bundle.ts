/**
 * The script and the style of the page. In a checkout they are built from `page/` whenever they are
 * asked for, so that they are never stale; the published package carries them in `page-bundle.json`
 * beside this file and needs no bundler.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export const PAGE_BUNDLE_FILE = 'page-bundle.json';

const pageBundleSchema = z.strictObject({ script: z.string().min(1), style: z.string().min(1) });
export type PageBundle = z.infer<typeof pageBundleSchema>;

let loaded: Promise<PageBundle> | undefined;

/** @throws Error where there is neither a built page nor the sources of one. */
export function loadPageBundle(): Promise<PageBundle> {
  loaded ??= loadPageBundleFrom(new URL('../', import.meta.url));
  return loaded;
}

/** @param folder where `reports/` is, with a slash at its end. */
export async function loadPageBundleFrom(folder: URL): Promise<PageBundle> {
  if (existsSync(new URL('page/main.tsx', folder))) {
    const { buildPage } = await import('./build-page.ts');
    return buildPage();
  }
  const built = new URL(PAGE_BUNDLE_FILE, folder);
  if (!existsSync(built)) {
    throw new Error(
      `The page of the HTML report is missing from this installation: ${fileURLToPath(built)} does not exist. ` +
        'It is written by `tsx reports/html/build-page.ts <file>` when the package is built.',
    );
  }
  return pageBundleSchema.parse(JSON.parse(await readFile(built, 'utf8')));
}
