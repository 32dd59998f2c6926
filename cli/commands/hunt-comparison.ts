/** The text of `hunt --compare`: each bug with both strategies side by side, then all of them in a sentence. */
import { compare, type Pair } from '../../properties/detection/comparison.ts';
import type { Strategy } from '../../properties/guidance/strategy.ts';
import type { Hunted } from '../../properties/detection/hunt.ts';

export interface ComparedHunts {
  readonly strategies: readonly [Strategy, Strategy];
  /** The measurements. */
  readonly pairs: readonly Pair[];
  /** How many were to be hunted. */
  readonly bugs: number;
  /** It was interrupted. */
  readonly interrupted: boolean;
}

export function comparisonInWords(compared: ComparedHunts): string {
  const { interrupted, pairs, bugs } = compared;
  const whole = pairs.filter(({ second }) => second !== null).length;
  const cut = interrupted ? [`Interrupted: ${whole} of ${bugs} bugs were hunted with both strategies.`] : [];
  return `${[...table(compared), ...cut, sentence(compared)].join('\n')}\n`;
}

export function comparisonAsJson({ strategies, pairs, interrupted }: ComparedHunts): string {
  const [one, other] = strategies;
  const each = pairs.map(({ first, second, ratio }) => ({
    slug: first.slug,
    ratio,
    hunts: [measured(one, first), ...(second === null ? [] : [measured(other, second)])],
  }));
  return `${JSON.stringify({ ...compare(pairs), strategies, interrupted, each }, null, 2)}\n`;
}

function measured(strategy: Strategy, { found, medianRuns, medianSeconds, trials }: Hunted): object {
  return {
    ...{ strategy, found, medianRuns, medianSeconds },
    trials: trials.map(({ seed, runs, seconds, failure }) => ({
      ...{ seed, runs, seconds },
      failure: failure?.failureClass ?? null,
    })),
  };
}

/** One line a bug, below a head. */
function table({ strategies, pairs }: ComparedHunts): readonly string[] {
  const rows = [
    ['bug', ...strategies.flatMap((strategy) => [strategy, 'runs', 'seconds']), 'ratio'],
    ...pairs.map(({ first, second, ratio }) => [
      first.slug,
      ...cells(first),
      ...(second === null ? ['-', '-', '-'] : cells(second)),
      ratio?.toFixed(2) ?? '-',
    ]),
  ];
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  );
}

/** In how many searches it was found, and medians over them; where half of them found nothing, what was not enough. */
function cells({ found, trials, medianRuns, medianSeconds }: Hunted): readonly string[] {
  const most = Math.max(...trials.map(({ runs }) => runs));
  return [
    `${found} of ${trials.length}`,
    medianRuns === null ? `>${most}` : String(medianRuns),
    medianSeconds === null ? '-' : medianSeconds.toFixed(1),
  ];
}

function sentence({ strategies, pairs }: ComparedHunts): string {
  const [first, second] = strategies;
  const { bugs, ratio, ninetieth } = compare(pairs);
  if (ratio === null || ninetieth === null) {
    const [found, foundToo] = [pairs.map((pair) => pair.first), pairs.map((pair) => pair.second)].map(
      bugsFound,
    );
    return `Bugs found: ${found} (${first}), ${foundToo} (${second}); without one that ${first} finds there is no ratio.`;
  }
  return (
    `${second} needs ${ratio.toFixed(2)} times the runs of ${first} (geometric mean over ${bugs} bugs that ${first} finds); ` +
    `nine of ten searches end within ${ninetieth[0]} runs (${first}) and ${ninetieth[1]} (${second}).`
  );
}

/** `1 of 2`. */
function bugsFound(hunted: readonly (Hunted | null)[]): string {
  const whole = hunted.filter((one) => one !== null);
  return `${whole.filter(({ found }) => found > 0).length} of ${whole.length}`;
}
