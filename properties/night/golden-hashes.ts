/** Written by `UPDATE_GOLDEN=1 npx vitest run properties/night/golden-runs.test.ts`. */
export const GOLDEN_HASHES: readonly string[] = [
  'fcdd209b3ec9a27c',
  '6ad94ce3b2cebb9b',
  'b363d30f205b2dc8',
  '5a29864dce016b6b',
  'f420fb93cd317b18',
  '7cf5bae0ac4174c7',
];
