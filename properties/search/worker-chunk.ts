/** A slice of a campaign: plan after plan, generated and run. What a worker is asked to do. */
import { AssertionFailed } from '../../impl/assert.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { Reached } from '../../impl/result/run-result.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import { failureClassOf, failureClassOfError } from '../../impl/result/failure-class.ts';
import { type Origin, planOf } from '../guidance/origin.ts';

export interface Chunk {
  readonly campaignSeed: string;
  readonly options: PlanOptions;
  /** The first run, counted from 0. */
  readonly first: number;
  readonly count: number;
  /** From one run to the next: how many shards the campaign has. Default 1. */
  readonly stride?: number;
  /** Leave the runs after the first failure alone. */
  readonly stopAtFailure: boolean;
  /** Of each run, in a guided search; absent: all are drawn. */
  readonly origins?: readonly Origin[];
}

/** What one run reached. */
export interface RunReach extends Reached {
  readonly run: number;
  /** What it cost. */
  readonly events: number;
}

/**
 * `violation`: a promise was broken. `budget`: the run did not come to rest. `assertion`: the implementation
 * reached a state that it asserts to be impossible. `error`: the harness itself threw. `irreproducible`: the same plan gave two different runs. `hung`: the run took longer than it may.
 * `crashed`: the process that ran it died.
 */
export const FAILURE_KINDS = [
  'violation',
  'budget',
  'assertion',
  'error',
  'irreproducible',
  'hung',
  'crashed',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The kinds of failure in which the run threw: there is no result to explain or to render. */
export const THROWN_KINDS: ReadonlySet<FailureKind> = new Set(['assertion', 'error']);

/** The kind of a failure of which only the failure class is known. */
export function kindOfFailureClass(failureClass: string): FailureKind {
  if (failureClass === 'budget') return 'budget';
  if (failureClass.startsWith('assertion ')) return 'assertion';
  return failureClass.startsWith('error ') ? 'error' : 'violation';
}

export interface RunFailure {
  readonly run: number;
  readonly kind: FailureKind;
  /** Two failures with one failure class count as the same one. */
  readonly failureClass: string;
  readonly violations: readonly Violation[];
  /** Absent for a plan that is drawn: the number of the run tells it. */
  readonly origin?: Origin;
  /** Absent when the run did not end. */
  readonly hash?: string;
  /** For `assertion`, `error` and `irreproducible`. */
  readonly message?: string;
  readonly stack?: string;
}

export interface ChunkResult {
  readonly first: number;
  /** How many runs were made; fewer than asked for only after a failure. */
  readonly runs: number;
  readonly events: number;
  readonly virtualUs: number;
  readonly probes: Readonly<Record<string, number>>;
  /** The first failure of each failure class, in the order of the runs. */
  readonly failures: readonly RunFailure[];
  /** How many runs failed, by failure class. */
  readonly occurrences: Readonly<Record<string, number>>;
  /** Runs that are to be made again, and the hash that must come out again. */
  readonly repeat: readonly Repetition[];
  /** By every run that ended, in their order. */
  readonly reached: readonly RunReach[];
}

/** A run that is to be made again, and what must come out. */
export interface Repetition {
  readonly run: number;
  readonly hash: string;
  readonly origin?: Origin;
}

/** One run in so many is made twice, in two processes where there are two. */
const REPEAT_EVERY = 64;

export interface Experiment {
  readonly generate: (campaignSeed: string, run: number, options: PlanOptions, origin: Origin) => Plan;
  readonly simulate: (plan: Plan) => SimulatedRunResult;
}

export const SIMULATION: Experiment = {
  generate: planOf,
  simulate: (plan) => simulate(plan, { coverage: true }),
};

/**
 * Runs every plan of the chunk. Whatever a run throws becomes a failure; nothing is thrown.
 * @param onRun is called before each run
 */
export function runChunk(
  chunk: Chunk,
  experiment: Experiment = SIMULATION,
  onRun: () => void = () => {},
): ChunkResult {
  const probes = new Map<string, number>();
  const occurrences = new Map<string, number>();
  const failures: RunFailure[] = [];
  const repeat: Repetition[] = [];
  const reached: RunReach[] = [];
  let [runs, events, virtualUs] = [0, 0, 0];

  for (const [index, run] of runsOf(chunk).entries()) {
    onRun();
    runs += 1;
    const origin = chunk.origins?.[index] ?? null;
    const derived = origin === null ? {} : { origin };
    const attempted = attempt(chunk, run, origin, experiment);
    if (attempted.ended) {
      const { result } = attempted;
      events += result.events;
      virtualUs += result.virtualUs;
      for (const [name, hits] of Object.entries(result.probes))
        probes.set(name, (probes.get(name) ?? 0) + hits);
      if (Math.floor(run / (chunk.stride ?? 1)) % REPEAT_EVERY === 0)
        repeat.push({ run, hash: result.hash, ...derived });
      if (result.reached !== undefined) reached.push({ run, events: result.events, ...result.reached });
    }
    const failure = attempted.ended ? failureOf(run, attempted.result) : attempted.failure;
    if (failure === null) continue;
    const seen = occurrences.get(failure.failureClass) ?? 0;
    occurrences.set(failure.failureClass, seen + 1);
    if (seen === 0) failures.push({ ...failure, ...derived });
    if (chunk.stopAtFailure) break;
  }
  return {
    first: chunk.first,
    runs,
    events,
    virtualUs,
    probes: Object.fromEntries(probes),
    failures,
    occurrences: Object.fromEntries(occurrences),
    repeat,
    reached,
  };
}

function runsOf({ first, count, stride = 1 }: Chunk): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index * stride);
}

/** What was counted in two chunks, the first of which has the earlier runs. */
export function joined(sum: ChunkResult, one: ChunkResult): ChunkResult {
  return {
    first: sum.first,
    runs: sum.runs + one.runs,
    events: sum.events + one.events,
    virtualUs: sum.virtualUs + one.virtualUs,
    probes: added(sum.probes, one.probes),
    failures: [
      ...sum.failures,
      ...one.failures.filter(({ failureClass }) => sum.occurrences[failureClass] === undefined),
    ],
    occurrences: added(sum.occurrences, one.occurrences),
    repeat: [...sum.repeat, ...one.repeat],
    reached: [...sum.reached, ...one.reached],
  };
}

type Counts = Readonly<Record<string, number>>;

export function added(one: Counts, other: Counts): Counts {
  const sum = new Map(Object.entries(one));
  for (const [name, count] of Object.entries(other)) sum.set(name, (sum.get(name) ?? 0) + count);
  return Object.fromEntries(sum);
}

/** A chunk of one run of which nothing is known but how it failed. */
export function onlyFailure(failure: RunFailure): ChunkResult {
  const { run, failureClass } = failure;
  const nothing = { events: 0, virtualUs: 0, probes: {}, repeat: [], reached: [] };
  return { first: run, runs: 1, ...nothing, failures: [failure], occurrences: { [failureClass]: 1 } };
}

/** The same plan, and another run. @param difference where it begins, if that is known */
export function irreproducible(expected: Repetition, hash: string, difference?: string): RunFailure {
  const { run, origin = null } = expected;
  const told = `The same plan gave two different runs: ${expected.hash}, then ${hash}.`;
  return {
    ...(origin === null ? {} : { origin }),
    run,
    kind: 'irreproducible',
    failureClass: 'irreproducible',
    violations: [],
    message: difference === undefined ? told : `${told}\n${difference}`,
  };
}

type Attempt =
  | { readonly ended: true; readonly result: SimulatedRunResult }
  | { readonly ended: false; readonly failure: RunFailure };

function attempt(
  chunk: Pick<Chunk, 'campaignSeed' | 'options'>,
  run: number,
  origin: Origin,
  experiment: Experiment,
): Attempt {
  try {
    const plan = experiment.generate(chunk.campaignSeed, run, chunk.options, origin);
    return { ended: true, result: experiment.simulate(plan) };
  } catch (thrown) {
    return { ended: false, failure: { run, violations: [], ...describeError(thrown) } };
  }
}

/** The failure of a run that threw: an assertion of the implementation, or any other error. */
export function describeError(
  thrown: unknown,
): Pick<RunFailure, 'kind' | 'failureClass' | 'stack'> & { readonly message: string } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const kind = error instanceof AssertionFailed ? 'assertion' : 'error';
  return {
    kind,
    failureClass: failureClassOfError(error.message, kind),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

function failureOf(run: number, result: SimulatedRunResult): RunFailure | null {
  const failureClass = failureClassOf(result);
  if (failureClass === null) return null;
  const kind = result.verdict === 'budget' ? 'budget' : 'violation';
  return { run, kind, failureClass, violations: result.violations, hash: result.hash };
}
