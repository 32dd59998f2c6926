/** How many runs one strategy needs of those that another needs, over the bugs that the other finds. */
import type { Hunted, Trial } from './hunt.ts';

export interface Comparison {
  /** Bugs that the first strategy found at all. */
  readonly bugs: number;
  /** Geometric mean over those bugs of: median runs of the second over median runs of the first; null without any. */
  readonly ratio: number | null;
  /** Runs that nine of ten searches of those bugs needed at most, of either strategy; a search without a find counts with all its runs. */
  readonly ninetieth: readonly [number, number] | null;
}

/** One bug, hunted with both strategies; with the first alone where somebody interrupted. */
export interface Pair {
  readonly first: Hunted;
  readonly second: Hunted | null;
  /** Runs of the second over runs of the first; null where the first found nothing, or the second did not hunt. */
  readonly ratio: number | null;
}

/** In the order in which the first strategy hunted them. */
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

/** Who finds a bug in fewer than half of the searches needs more runs than were made, and counts with those. */
function typicalRuns({ trials, medianRuns }: Hunted): number {
  return medianRuns ?? Math.max(...trials.map(({ runs }) => runs));
}

function ninetieth(hunted: readonly Hunted[]): number {
  const runs = hunted.flatMap(({ trials }) => trials.map((trial: Trial) => trial.runs)).sort((a, b) => a - b);
  return runs[Math.ceil(runs.length * 0.9) - 1] ?? 0;
}
