/** The task of a worker: a slice of a campaign, of which it generates and runs one plan after the other. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import type { PlanOptions } from '../arbitraries/options.ts';
import { describeError, failureOfResult, mergeFailures, type RunFailure } from './failure.ts';
import type { RunReach } from '../guidance/run-reach.ts';
import { type Origin, planOf } from '../guidance/origin.ts';

export interface Chunk {
  readonly campaignSeed: string;
  readonly options: PlanOptions;
  /** The first run, counted from 0. */
  readonly first: number;
  readonly count: number;
  /** The distance from one run to the next, which is the number of shards of the campaign. Default 1. */
  readonly stride?: number;
  /** End the chunk at the first failure. */
  readonly stopAtFailure: boolean;
  /** The origin of each plan in a guided search; absent: all plans are generated. */
  readonly origins?: readonly Origin[];
}

export interface ChunkResult {
  readonly first: number;
  /** How many runs were made; fewer than requested only after a failure. */
  readonly runs: number;
  readonly events: number;
  readonly virtualUs: number;
  readonly probes: Readonly<Record<string, number>>;
  /** The first failure of each class, in the order of the runs. */
  readonly failures: readonly RunFailure[];
  /** Runs to be made a second time. */
  readonly repeat: readonly Repetition[];
  /** For every run that ended, in the order of the runs. */
  readonly reached: readonly RunReach[];
}

/** A run to be made a second time, and the hash that it must have again. */
export interface Repetition {
  readonly run: number;
  readonly hash: string;
  readonly origin?: Origin;
}

/** One run in this many is made twice, in two processes where there are two. */
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
 * Runs every plan of the chunk. An error that a run throws becomes a failure; the function itself throws nothing.
 * @param onRun is called before each run
 */
export function runChunk(
  chunk: Chunk,
  experiment: Experiment = SIMULATION,
  onRun: () => void = () => {},
): ChunkResult {
  const probes = new Map<string, number>();
  let failures: readonly RunFailure[] = [];
  const repeat: Repetition[] = [];
  const reached: RunReach[] = [];
  let [runs, events, virtualUs] = [0, 0, 0];

  for (const [index, run] of runsOf(chunk).entries()) {
    onRun();
    runs += 1;
    const origin = chunk.origins?.[index] ?? null;
    const derived = origin === null ? {} : { origin };
    const { result, failure } = attempt(chunk, run, origin, experiment);
    if (result !== null) {
      events += result.events;
      virtualUs += result.virtualUs;
      for (const [name, hits] of Object.entries(result.probes))
        probes.set(name, (probes.get(name) ?? 0) + hits);
      if (Math.floor(run / (chunk.stride ?? 1)) % REPEAT_EVERY === 0)
        repeat.push({ run, hash: result.hash, ...derived });
      if (result.reached !== undefined) reached.push({ run, events: result.events, ...result.reached });
    }
    if (failure === null) continue;
    failures = mergeFailures(failures, [failure]);
    if (chunk.stopAtFailure) break;
  }
  return {
    first: chunk.first,
    runs,
    events,
    virtualUs,
    probes: Object.fromEntries(probes),
    failures,
    repeat,
    reached,
  };
}

function runsOf({ first, count, stride = 1 }: Chunk): readonly number[] {
  return Array.from({ length: count }, (_, index) => first + index * stride);
}

/** Adds up two chunks, of which `sum` has the earlier runs. */
export function joined(sum: ChunkResult, one: ChunkResult): ChunkResult {
  return {
    first: sum.first,
    runs: sum.runs + one.runs,
    events: sum.events + one.events,
    virtualUs: sum.virtualUs + one.virtualUs,
    probes: added(sum.probes, one.probes),
    failures: mergeFailures(sum.failures, one.failures),
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

/** The result of a chunk of one run of which only the failure is known. */
export function onlyFailure(failure: RunFailure): ChunkResult {
  const nothing = { events: 0, virtualUs: 0, probes: {}, repeat: [], reached: [] };
  return { first: failure.run, runs: 1, ...nothing, failures: [failure] };
}

function attempt(
  chunk: Pick<Chunk, 'campaignSeed' | 'options'>,
  run: number,
  origin: Origin,
  experiment: Experiment,
): { readonly result: SimulatedRunResult | null; readonly failure: RunFailure | null } {
  let plan: Plan | null = null;
  try {
    plan = experiment.generate(chunk.campaignSeed, run, chunk.options, origin);
    const result = experiment.simulate(plan);
    return { result, failure: failureOfResult(run, plan, result) };
  } catch (thrown) {
    const failure = { run, violations: [], plan, occurrences: 1, ...describeError(thrown) };
    return { result: null, failure };
  }
}
