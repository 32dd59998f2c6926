/** How much of a check `npm test` makes, and how much `npm run test:long`, which belongs to a night. */

export const isLongTest = process.env['CRUCIBLE_TEST_LENGTH'] === 'long';

/** A number of runs: enough in `short` to notice that a promise broke, in `long` as many as a night has time for. */
export function runs(length: { readonly short: number; readonly long: number }): number {
  return isLongTest ? length.long : length.short;
}
