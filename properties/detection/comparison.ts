/** Compares two strategies by the runs that each needs, over the bugs that the first one finds. */
import type { Hunted, Trial } from './hunt.ts';

export interface Comparison {
  /** The bugs that the first strategy found. */
  readonly bugs: number;
  /** The geometric mean over those bugs of (median runs of the second / median runs of the first); null without any. */
  readonly ratio: number | null;
  /** The 90th percentile of runs for those bugs, of each strategy; a search without a find counts with all its runs. */
  readonly ninetieth: readonly [number, number] | null;
}

/** One bug, hunted with both strategies; with the first alone if the hunt was interrupted. */
export interface Pair {
  readonly first: Hunted;
  readonly second: Hunted | null;
  /** Runs of the second / runs of the first; null if the first found nothing, or the second did not hunt. */
  readonly ratio: number | null;
}

/** Pairs the bugs of both strategies, in the order of the first. */
export function sideBySide(first: readonly Hunted[], second: readonly Hunted[]): readonly Pair[] {
  return first.map((one) => {
    const other = second.find(({ slug }) => slug === one.slug) ?? null;
    const ratio = one.found === 0 || other === null ? null : typicalRuns(other) / typicalRuns(one);
    return { first: one, second: other, ratio };
  });
}

export function compare(pairs: readonly Pair[]): Comparison {
  const counted = pairs.flatMap(({ first, second, ratio }) =>
    second === null || ratio === null ? [] : [{ first, second, ratio }],
  );
  if (counted.length === 0) return { bugs: 0, ratio: null, ninetieth: null };
  const mean = counted.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / counted.length;
  return {
    bugs: counted.length,
    ratio: Math.exp(mean),
    ninetieth: [ninetieth(counted.map(({ first }) => first)), ninetieth(counted.map(({ second }) => second))],
  };
}

/** A strategy that finds a bug in fewer than half of its searches has no median, and counts with the runs that it made. */
function typicalRuns({ trials, medianRuns }: Hunted): number {
  return medianRuns ?? Math.max(...trials.map(({ runs }) => runs));
}

function ninetieth(hunted: readonly Hunted[]): number {
  const runs = hunted.flatMap(({ trials }) => trials.map((trial: Trial) => trial.runs)).sort((a, b) => a - b);
  return runs[Math.ceil(runs.length * 0.9) - 1] ?? 0;
}
