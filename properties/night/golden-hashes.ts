/** Written by `UPDATE_GOLDEN=1 npx vitest run properties/night/golden-runs.test.ts`. */
export const GOLDEN_HASHES: readonly string[] = [
  'd091693a72b5a628',
  '23b0fc78cc63a36f',
  'b363d30f205b2dc8',
  'f3df54068a93635c',
  '510a6ad540b0c064',
  '50c678ac24d8f557',
];
