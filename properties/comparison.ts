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

/**
 * Both hunted the same bugs, under the same seeds. Who finds a bug in fewer than half of the searches needs more runs
 * than were made, and counts with those.
 */
export function compare(first: readonly Hunted[], second: readonly Hunted[]): Comparison {
  const pairs = first.flatMap((one) => {
    const other = second.find(({ slug }) => slug === one.slug);
    return one.found === 0 || other === undefined ? [] : [[one, other] as const];
  });
  if (pairs.length === 0) return { bugs: 0, ratio: null, ninetieth: null };
  const logarithms = pairs.map(([one, other]) => Math.log(typical(other) / typical(one)));
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / pairs.length;
  return {
    bugs: pairs.length,
    ratio: Math.exp(mean),
    ninetieth: [ninetieth(pairs.map(([one]) => one)), ninetieth(pairs.map(([, other]) => other))],
  };
}

function typical({ trials, medianRuns }: Hunted): number {
  return medianRuns ?? Math.max(...trials.map(({ runs }) => runs));
}

function ninetieth(hunted: readonly Hunted[]): number {
  const runs = hunted.flatMap(({ trials }) => trials.map((trial: Trial) => trial.runs)).sort((a, b) => a - b);
  return runs[Math.ceil(runs.length * 0.9) - 1] ?? 0;
}
