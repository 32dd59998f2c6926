/** What the curve of new states says of a search: whether going on in the same way still shows anything new. */
/** Less than so much of what the first thousand runs reached, in the last thousand. */
const FLAT = 0.01;

/**
 * Null for a search that was too short.
 * @param novelty how many abstract states each thousand runs were the first to reach
 * @param runs made in all: the last thousand may not be whole
 */
export function noveltySentence(novelty: readonly number[], runs: number): string | null {
  const whole = novelty.slice(0, Math.floor(runs / 1000));
  const [first = 0] = whole;
  const last = whole.at(-1) ?? 0;
  if (whole.length < 2 || first === 0) return null;
  const counts = `New states of the cluster: ${first.toLocaleString('en')} in the first thousand runs, ${last.toLocaleString('en')} in the last.`;
  return last < first * FLAT
    ? `${counts} The search has gone flat: other options, or another configuration, will show more than more runs.`
    : counts;
}
