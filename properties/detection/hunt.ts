/**
 * Measures how soon a search finds each historical bug, and so the generator and the checks. A bug is re-introduced,
 * and plans are run under several seeds, each until the first failure or the end of its budget.
 */
import type { Violation } from '../../model/guarantee.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import type { Defect } from '../../impl/simulated/defects/index.ts';
import type { PlanSize } from '../../impl/plan/plan-size.ts';
import { pinnedForDefect } from './pinned-for-defect.ts';
import { CorpusScheduler, GUIDED_CHUNK } from '../guidance/corpus-scheduler.ts';
import { Novelty } from '../guidance/novelty.ts';
import { DEFAULT_STRATEGY, drawnBy, type Strategy } from '../guidance/strategy.ts';
import type { RunFailure } from '../search/failure.ts';
import type { WorkerPool } from '../search/worker-pool.ts';
import type { Plan } from '../../impl/plan/plan.ts';

export interface HuntOptions {
  /** Each seed is one search. */
  readonly seeds: readonly string[];
  /** Wall-clock time of one search, in seconds. */
  readonly budgetSeconds: number;
  /** Runs of one search at most. Default: as many as the time allows. */
  readonly runs?: number;
  /** Default: `DEFAULT_STRATEGY`. */
  readonly strategy?: Strategy;
}

/** One search under one seed. */
export interface Trial {
  readonly seed: string;
  /** Runs made, the failing one included. */
  readonly runs: number;
  /** Wall-clock time. */
  readonly seconds: number;
  /** Null when the budget ended first. */
  readonly failure: RunFailure | null;
}

export interface Hunted {
  readonly slug: string;
  /** In the order of the seeds. */
  readonly trials: readonly Trial[];
  /** The number of trials that found the bug. */
  readonly found: number;
  /** Medians over all searches, of runs and of seconds separately; null when half of them or more found nothing. */
  readonly medianRuns: number | null;
  readonly medianSeconds: number | null;
  /** 90th percentiles over all searches; null when more than a tenth found nothing. */
  readonly ninetiethRuns: number | null;
  readonly ninetiethSeconds: number | null;
  /** The check that caught the bug in the search with the median of runs: `no-loss lost-write`. */
  readonly caughtBy: string | null;
  /** The size of the shrunk plan of that search. */
  readonly size: PlanSize | null;
}

/** The environment of a hunt. */
export interface HuntingGround {
  readonly pool: WorkerPool;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** Returns the size of the shrunk plan; null: plans are not shrunk. */
  readonly shrink: ((plan: Plan, pinned: readonly string[]) => Promise<PlanSize>) | null;
  readonly onTrial?: (slug: string, trial: Trial) => void;
  readonly signal?: AbortSignal;
}

/** Hunts one bug. Searches run in parallel, one a worker. */
export async function hunt(defect: Defect, options: HuntOptions, ground: HuntingGround): Promise<Hunted> {
  const { slug } = defect;
  const waiting = [...options.seeds.entries()];
  const trials: Trial[] = [];
  const searches = Math.max(1, Math.floor(ground.pool.chunksInFlight / 2));
  const hunter = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, seed] = next;
      const trial = await search(slug, seed, options, ground);
      ground.onTrial?.(slug, trial);
      trials[index] = trial;
    }
  };
  await Promise.all(Array.from({ length: searches }, hunter));
  return conclude(slug, trials, ground);
}

async function search(
  slug: string,
  seed: string,
  { budgetSeconds, runs: runsAtMost = Infinity, strategy = DEFAULT_STRATEGY }: HuntOptions,
  ground: HuntingGround,
): Promise<Trial> {
  const { pool, now, signal } = ground;
  const beganMs = now();
  const seconds = (): number => (now() - beganMs) / 1000;
  const options = planOptions(slug, strategy);
  const guide = strategy === 'guided' ? new CorpusScheduler(seed, options, new Novelty()) : null;
  const size = guide === null ? pool.chunkRuns : GUIDED_CHUNK;
  let runs = 0;
  while (seconds() < budgetSeconds && runs < runsAtMost && signal?.aborted !== true) {
    const count = Math.min(size, runsAtMost - runs);
    const chunk = { campaignSeed: seed, options, first: runs, count, stopAtFailure: true };
    const origins = guide?.take(runs) ?? null;
    const result = await pool.run(origins === null ? chunk : { ...chunk, origins });
    runs += result.runs;
    guide?.learn(result);
    const [failure] = result.failures;
    if (failure !== undefined) return { seed, runs, seconds: seconds(), failure };
  }
  return { seed, runs, seconds: seconds(), failure: null };
}

function planOptions(slug: string, strategy: Strategy): PlanOptions {
  return { defects: [slug], ...drawnBy(strategy) };
}

async function conclude(slug: string, trials: readonly Trial[], ground: HuntingGround): Promise<Hunted> {
  const found = trials.filter(({ failure }) => failure !== null).length;
  // A search without a find comes last, even if it was short.
  const ranked = (effort: (trial: Trial) => number): readonly Trial[] => {
    const rank = (trial: Trial): number => (trial.failure === null ? Infinity : effort(trial));
    return trials.toSorted((one, other) => rank(one) - rank(other));
  };
  const [byRuns, bySeconds] = [ranked(({ runs }) => runs), ranked(({ seconds }) => seconds)];
  const half = trials.length >> 1;
  const nine = Math.ceil(trials.length * 0.9) - 1;
  const median = byRuns[half];
  const measured = {
    ...{ slug, trials, found },
    medianRuns: foundIn(median)?.runs ?? null,
    medianSeconds: foundIn(bySeconds[half])?.seconds ?? null,
    ninetiethRuns: foundIn(byRuns[nine])?.runs ?? null,
    ninetiethSeconds: foundIn(bySeconds[nine])?.seconds ?? null,
  };
  if (median?.failure == null) return { ...measured, caughtBy: null, size: null };
  const { plan } = median.failure;
  return {
    ...measured,
    caughtBy: checkThatCaught(median.failure),
    size: ground.shrink === null || plan === null ? null : await ground.shrink(plan, pinnedForDefect(slug)),
  };
}

/** Returns the trial, or null if it found nothing. */
function foundIn(trial: Trial | undefined): Trial | null {
  return trial?.failure == null ? null : trial;
}

/** Returns the guarantee and the anomaly of the primary violation, by which the failure has its class. */
function checkThatCaught({ failureClass, violations }: RunFailure): string {
  const leading = violations.find((violation: Violation) =>
    failureClass.startsWith(`${violation.guarantee} ${violation.anomaly}`),
  );
  return leading === undefined ? failureClass : `${leading.guarantee} ${leading.anomaly}`;
}
