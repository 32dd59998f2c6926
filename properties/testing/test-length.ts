/** The amount of checking in `npm test` and in `npm run test:long`, which runs at night. */

export const isLongTest = process.env['CRUCIBLE_TEST_LENGTH'] === 'long';

/** Selects a number of runs: `short` is enough to notice a broken guarantee, `long` as many as a night has time for. */
export function runs(length: { readonly short: number; readonly long: number }): number {
  return isLongTest ? length.long : length.short;
}
