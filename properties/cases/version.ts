import { readFileSync } from 'node:fs';

import { z } from 'zod';

const manifest = z.object({ version: z.string() });

/** Returns the version in package.json, which is one folder higher for compiled code. */
export function crucibleVersion(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json';
  return manifest.parse(JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'))).version;
}
