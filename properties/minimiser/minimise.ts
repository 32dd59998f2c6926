/** From a plan that fails to the shortest one that still fails in the same way. */
import { planSize, type PlanSize } from '../../impl/plan/plan-size.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import {
  dropBrokers,
  dropClients,
  dropControllers,
  dropLogDirs,
  dropRacks,
  dropTopics,
  separateControllers,
} from './participants.ts';
import { dropFaults, dropKinds, dropOperations, dropPairs, dropStretches, truncate } from './deletions.ts';
import { fewerRecords } from './fewer-records.ts';
import { pinLatencies } from './latencies.ts';
import type { Pass } from './pass.ts';
import { plainerFaults } from './plainer-faults.ts';
import { plainerAssignments, plainerOperations } from './plainer-operations.ts';
import { moveOntoProbes } from './probes.ts';
import { type Limits, type OtherFailure, Search, type Stop } from './search.ts';
import {
  type AwaitedRun,
  driveSearch,
  driveSearchAwaiting,
  type Failure,
  inlineRunner,
  type PlanRunner,
  type Run,
  type Trying,
} from './plan-runner.ts';
import {
  defaultConfiguration,
  dropOverrides,
  healEverything,
  plainSchedule,
  smallSupplies,
} from './settings.ts';
import { closeGaps, equalDistances } from './times.ts';

export { inlineRunner } from './plan-runner.ts';
export type { AwaitedRun, Failure, PlanRunner, Run } from './plan-runner.ts';
export type { OtherFailure } from './search.ts';

export interface Progress {
  readonly pass: string;
  readonly runs: number;
  readonly operations: number;
  readonly faults: number;
}

export interface MinimiseOptions {
  /** Runs at most, with the first one that shows how the plan fails. Default 6000. */
  readonly maxRuns?: number;
  /** Wall-clock time at most, in milliseconds; needs `now`. A run that has begun is finished. */
  readonly budgetMs?: number;
  /** A clock in milliseconds. Without one the result depends on the plan, the run and `maxRuns` alone. */
  readonly now?: () => number;
  /** Asked before candidates are run; true ends the search with what it has. */
  readonly interrupted?: () => boolean;
  /** Returns the trace of a run of a plan, for the passes that need one; without it they are left out. */
  readonly traceOf?: (plan: Plan) => Trace | null;
  /** Runs the candidates; by default `run`, one after the other. The result does not depend on it. */
  readonly runner?: PlanRunner;
  /** Properties that stay as they are, because a person chose them. */
  readonly pinned?: readonly string[];
  /** Called after each pass that made the plan smaller. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Minimised {
  readonly plan: Plan;
  readonly failure: Failure;
  readonly from: PlanSize;
  readonly to: PlanSize;
  readonly runs: number;
  /** Null without a clock. */
  readonly seconds: number | null;
  /** `smallest`: no pass makes the plan smaller. Else the limit that was reached first. */
  readonly ended: 'smallest' | Stop;
  /** Other failures that were met on the way, one a failure class: findings of their own. */
  readonly others: readonly OtherFailure[];
  /** All of this for a person. */
  readonly sentence: string;
}

/**
 * Cheap and far-reaching passes first; passes that drop one element before those that drop several at once, because
 * this order leads to shorter plans. These may try other seeds.
 */
const TAKE_AWAY: readonly Pass[] = [
  truncate,
  dropFaults,
  dropOperations,
  dropKinds,
  dropStretches,
  dropClients,
  dropTopics,
  dropControllers,
  separateControllers,
  dropBrokers,
  dropRacks,
  dropLogDirs,
  dropOverrides,
  healEverything,
  defaultConfiguration,
  smallSupplies,
  fewerRecords,
];

/** When nothing more can be taken away, these make the plan easier to read. */
const MAKE_PLAIN: readonly Pass[] = [
  plainSchedule,
  pinLatencies,
  equalDistances,
  plainerFaults,
  moveOntoProbes,
  closeGaps,
  plainerOperations,
  plainerAssignments,
];

/** All passes, in the order in which they are tried first. */
export const PASSES: readonly Pass[] = [...TAKE_AWAY, dropPairs, ...MAKE_PLAIN];

/** Each candidate under its own seed while plans are long, under several when they are short. */
const SEEDS = [1, 4, 16] as const;
const SEEDS_TO_MAKE_PLAIN = 4;

/** A plan that is to be shrunk, and does not fail. */
export class PlanHolds extends RangeError {
  constructor() {
    super('the plan does not fail: there is nothing to minimise');
    this.name = 'PlanHolds';
  }
}

/**
 * Returns the shortest plan that fails in the failure class of `plan`, with the same defects and expectations.
 * Deterministic in `plan`, `run` and `maxRuns`.
 * @throws PlanHolds if the plan does not fail.
 */
export function minimise(plan: Plan, run: Run, options: MinimiseOptions = {}): Minimised {
  const beganMs = options.now?.() ?? 0;
  const runner = options.runner ?? inlineRunner(run);
  return driveSearch(minimisation(plan, run(plan), runner, beganMs, options), runner);
}

/**
 * Does what `minimise` does, on a target in real time, with one run after the other. As deterministic as the target.
 * @throws PlanHolds if the plan does not fail.
 */
export async function minimiseAwaiting(
  plan: Plan,
  run: AwaitedRun,
  options: Omit<MinimiseOptions, 'runner'> = {},
): Promise<Minimised> {
  const beganMs = options.now?.() ?? 0;
  const failure = await run(plan);
  return driveSearchAwaiting(minimisation(plan, failure, { batchSize: 1 }, beganMs, options), run);
}

function* minimisation(
  plan: Plan,
  failure: Failure | null,
  runner: Pick<PlanRunner, 'batchSize'>,
  beganMs: number,
  options: Omit<MinimiseOptions, 'runner'>,
): Trying<Minimised> {
  if (failure === null) throw new PlanHolds();
  const { now, budgetMs } = options;
  const limits: Limits = {
    maxRuns: options.maxRuns ?? 6_000,
    cutShort: () => {
      if (options.interrupted?.() === true) return 'interruption';
      return now !== undefined && budgetMs !== undefined && now() - beganMs >= budgetMs ? 'time' : null;
    },
  };
  const search = new Search(plan, failure, runner, options.pinned ?? [], limits, options.traceOf);

  do yield* takeAway(search, options);
  while (yield* improves(search, MAKE_PLAIN, SEEDS_TO_MAKE_PLAIN, options));

  const seconds = now === undefined ? null : (now() - beganMs) / 1_000;
  return report(plan, search, seconds);
}

/** Until nothing more can go, under few seeds first. */
function* takeAway(search: Search, options: MinimiseOptions): Trying<void> {
  for (const seeds of SEEDS) {
    while (yield* improves(search, TAKE_AWAY, seeds, options)) continue;
    if (yield* improves(search, [dropPairs], seeds, options))
      yield* improves(search, TAKE_AWAY, seeds, options);
  }
}

/** Runs the passes in their order; says whether any of them found a smaller plan. */
function* improves(
  search: Search,
  passes: readonly Pass[],
  seeds: number,
  options: MinimiseOptions,
): Trying<boolean> {
  const before = search.plan;
  for (const pass of passes) {
    const soFar = search.plan;
    if (search.stopped === null) yield* pass.run(search, seeds);
    if (search.plan !== soFar) {
      options.onProgress?.({ pass: pass.name, runs: search.runs, ...planSize(search.plan) });
    }
  }
  return search.plan !== before;
}

function report(original: Plan, search: Search, seconds: number | null): Minimised {
  const from = planSize(original);
  const to = planSize(search.plan);
  const ended = search.stopped ?? 'smallest';
  const took = `in ${seconds === null ? '' : `${seconds.toFixed(1)} s, `}${search.runs} runs`;
  return {
    plan: search.plan,
    failure: search.failure,
    from,
    to,
    runs: search.runs,
    seconds,
    ended,
    others: search.others,
    sentence: `From ${inWords(from)} to ${to.operations} and ${to.faults}, ${took}${CUT_SHORT[ended]}.`,
  };
}

const CUT_SHORT: Readonly<Record<Minimised['ended'], string>> = {
  smallest: '',
  runs: ', then the runs ran out',
  time: ', then time ran out',
  interruption: ', then it was interrupted',
};

function inWords({ operations, faults }: PlanSize): string {
  return `${operations} ${operations === 1 ? 'operation' : 'operations'} and ${faults} ${faults === 1 ? 'fault' : 'faults'}`;
}
