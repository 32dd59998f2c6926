/**
 * How soon the search finds each historical bug: the measure of the generator and of the checks. A bug is
 * put back, and plans are run under several seeds, each until the first failure or the end of its budget.
 */
import { CRUCIBLE_DEFAULTS } from '../model/configuration.ts';
import type { Violation } from '../model/guarantee.ts';
import { findDefect } from '../impl/simulated/defects/index.ts';
import type { Defect } from '../impl/simulated/defects/index.ts';
import type { PlanLength } from './minimise.ts';
import { generatePlan } from './arbitraries/generate.ts';
import type { RunFailure } from './worker-chunk.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { Plan } from '../impl/plan.ts';

export interface HuntOptions {
  /** Each seed is one search. */
  readonly seeds: readonly string[];
  /** Wall-clock time of one search, in seconds. */
  readonly budgetSeconds: number;
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
  readonly trials: readonly Trial[];
  /** In how many of them it was found. */
  readonly found: number;
  /** Medians over all searches; null when half of them or more found nothing. */
  readonly medianRuns: number | null;
  readonly medianSeconds: number | null;
  /** Which check caught it in the median search: `no-loss lost-write`. */
  readonly caughtBy: string | null;
  /** The plan of that search, shrunk. */
  readonly size: PlanLength | null;
}

/** What a hunt needs of the world around it. */
export interface HuntingGround {
  readonly pool: WorkerPool;
  /** Wall-clock milliseconds. */
  readonly now: () => number;
  /** How long the shortest plan is that fails as this one does. */
  readonly shrink: (plan: Plan, pinned: readonly string[]) => Promise<PlanLength>;
  readonly onTrial?: (slug: string, trial: Trial) => void;
  readonly signal?: AbortSignal;
}

/** Hunts one bug. Searches run beside each other, one a thread. */
export async function hunt(defect: Defect, options: HuntOptions, ground: HuntingGround): Promise<Hunted> {
  const { slug } = defect;
  const waiting = [...options.seeds];
  const trials: Trial[] = [];
  const threads = Math.max(1, Math.floor(ground.pool.appetite / 2));
  const hunter = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const trial = await search(slug, seed, options.budgetSeconds, ground);
      ground.onTrial?.(slug, trial);
      trials.push(trial);
    }
  };
  await Promise.all(Array.from({ length: threads }, hunter));
  return conclude(slug, trials, ground);
}

async function search(
  slug: string,
  seed: string,
  budgetSeconds: number,
  ground: HuntingGround,
): Promise<Trial> {
  const { pool, now, signal } = ground;
  const beganMs = now();
  const seconds = (): number => (now() - beganMs) / 1000;
  let runs = 0;
  while (seconds() < budgetSeconds && signal?.aborted !== true) {
    const chunk = { campaignSeed: seed, options: { defects: [slug] }, first: runs, count: pool.chunkRuns };
    const result = await pool.run({ ...chunk, stopAtFailure: true });
    runs += result.runs;
    const [failure] = result.failures;
    if (failure !== undefined) return { seed, runs, seconds: seconds(), failure };
  }
  return { seed, runs, seconds: seconds(), failure: null };
}

async function conclude(slug: string, trials: readonly Trial[], ground: HuntingGround): Promise<Hunted> {
  // What was not found comes last, however little time it took.
  const effort = ({ failure, runs }: Trial): number => (failure === null ? Number.POSITIVE_INFINITY : runs);
  const sorted = trials.toSorted((a, b) => effort(a) - effort(b));
  const found = trials.filter(({ failure }) => failure !== null).length;
  const median = sorted[trials.length >> 1];
  if (median?.failure == null) {
    return { slug, trials, found, medianRuns: null, medianSeconds: null, caughtBy: null, size: null };
  }
  const plan = generatePlan(median.seed, median.failure.run, { defects: [slug] });
  return {
    slug,
    trials,
    found,
    medianRuns: median.runs,
    medianSeconds: median.seconds,
    caughtBy: checkThatCaught(median.failure),
    size: await ground.shrink(plan, pinnedFor(slug)),
  };
}

/** What a shrunk plan keeps: else it might fail in a way that has nothing to do with the bug. */
function pinnedFor(slug: string): readonly string[] {
  const needed = findDefect(slug)?.needs?.configuration ?? {};
  return [...Object.keys(CRUCIBLE_DEFAULTS), ...Object.keys(needed)];
}

/** The leading violation of a failure, as its signature has it: what a client saw, else what replicas or time showed. */
function checkThatCaught({ signature, violations }: RunFailure): string {
  const leading = violations.find((violation: Violation) =>
    signature.startsWith(`${violation.guarantee} ${violation.anomaly}`),
  );
  return leading === undefined ? signature : `${leading.guarantee} ${leading.anomaly}`;
}
