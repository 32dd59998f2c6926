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
import {
  alone,
  type Crew,
  type Failure,
  type Limits,
  type OtherFailure,
  type Run,
  Search,
  type Stop,
} from './search.ts';
import {
  defaultConfiguration,
  dropOverrides,
  healEverything,
  plainSchedule,
  smallSupplies,
} from './settings.ts';
import { closeGaps, evenSteps } from './times.ts';

export { alone } from './search.ts';
export type { OtherFailure, Crew, Failure, Run } from './search.ts';

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
  /** What happens in a run of a plan, for the passes that go by it; without it they are left out. */
  readonly traceOf?: (plan: Plan) => Trace | null;
  /** Who runs the candidates; by default `run`, one after the other. It has no say in what comes out. */
  readonly crew?: Crew;
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
  /** `smallest`: nothing that is known makes it smaller. Else what ran out first. */
  readonly ended: 'smallest' | Stop;
  /** Other failures that were met on the way, one a failure class: findings of their own. */
  readonly others: readonly OtherFailure[];
  /** All of this for a person. */
  readonly sentence: string;
}

/**
 * Cheap and far-reaching first; what goes one by one goes before what only goes together, for that leads to shorter
 * plans. These may try other seeds.
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

/** What is left when nothing more can be taken away is told more plainly. */
const MAKE_PLAIN: readonly Pass[] = [
  plainSchedule,
  pinLatencies,
  evenSteps,
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
 * Deterministic in `plan`, `run` and `maxRuns`. Every plan on the way fails in the failure class of the original
 * one, and has the same defects and expectations.
 * @throws PlanHolds if the plan does not fail.
 */
export function minimise(plan: Plan, run: Run, options: MinimiseOptions = {}): Minimised {
  const { now, budgetMs } = options;
  const beganMs = now?.() ?? 0;
  const failure = run(plan);
  if (failure === null) throw new PlanHolds();
  const limits: Limits = {
    maxRuns: options.maxRuns ?? 6_000,
    cutShort: () => {
      if (options.interrupted?.() === true) return 'interruption';
      return now !== undefined && budgetMs !== undefined && now() - beganMs >= budgetMs ? 'time' : null;
    },
  };
  const crew = options.crew ?? alone(run);
  const search = new Search(plan, failure, crew, options.pinned ?? [], limits, options.traceOf);

  do takeAway(search, options);
  while (improves(search, MAKE_PLAIN, SEEDS_TO_MAKE_PLAIN, options));

  const seconds = now === undefined ? null : (now() - beganMs) / 1_000;
  return report(plan, search, seconds);
}

/** Until nothing more can go, under few seeds first. */
function takeAway(search: Search, options: MinimiseOptions): void {
  for (const seeds of SEEDS) {
    while (improves(search, TAKE_AWAY, seeds, options)) continue;
    if (improves(search, [dropPairs], seeds, options)) improves(search, TAKE_AWAY, seeds, options);
  }
}

/** Runs the passes in their order; says whether any of them found a smaller plan. */
function improves(search: Search, passes: readonly Pass[], seeds: number, options: MinimiseOptions): boolean {
  const before = search.plan;
  for (const pass of passes) {
    const soFar = search.plan;
    if (search.stopped === null) pass.run(search, seeds);
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
