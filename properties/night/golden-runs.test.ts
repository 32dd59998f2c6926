import { writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { GOLDEN_HASHES } from './golden-hashes.ts';
import { goldenHash, goldenProblems } from './golden-runs.ts';

const RUNS = 6;
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

test.runIf(UPDATE)('writes the golden hashes', () => {
  const hashes = Array.from({ length: RUNS }, (_, index) => `  '${goldenHash(index)}',\n`).join('');
  writeFileSync(
    new URL('golden-hashes.ts', import.meta.url),
    '/** Written by `UPDATE_GOLDEN=1 npx vitest run properties/night/golden-runs.test.ts`. */\n' +
      `export const GOLDEN_HASHES: readonly string[] = [\n${hashes}];\n`,
  );
});

test.skipIf(UPDATE)(
  'golden runs have the committed hashes; UPDATE_GOLDEN=1 writes an intended change',
  () => {
    expect(GOLDEN_HASHES).toHaveLength(RUNS);
    expect(goldenProblems()).toEqual([]);
  },
);
