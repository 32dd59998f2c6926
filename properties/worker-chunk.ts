/** A slice of a campaign: consecutive plans, generated and run. What a worker thread is asked to do. */
import type { Plan } from '../impl/plan.ts';
import { simulate } from '../impl/simulated/simulate.ts';
import type { RunResult } from '../impl/target.ts';
import type { Violation } from '../model/guarantee.ts';
import { generatePlan } from './arbitraries/generate.ts';
import type { PlanOptions } from './arbitraries/options.ts';
import { bucketOf, bucketOfError } from './bucket.ts';

export interface Chunk {
  readonly campaignSeed: string;
  readonly options: PlanOptions;
  /** The first run, counted from 0. */
  readonly first: number;
  readonly count: number;
  /** Leave the runs after the first failure alone. */
  readonly stopAtFailure: boolean;
}

/**
 * `violation`: a promise was broken. `budget`: the run did not come to rest. `error`: the harness itself
 * threw. `irreproducible`: the same plan gave two different runs.
 */
export type FailureKind = 'violation' | 'budget' | 'error' | 'irreproducible';

export interface RunFailure {
  readonly run: number;
  readonly kind: FailureKind;
  /** Its bucket: two failures with one signature count as the same one. */
  readonly signature: string;
  readonly violations: readonly Violation[];
  /** Absent when the run did not end. */
  readonly hash?: string;
  /** For `error` and `irreproducible`. */
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
  /** The first failure of each signature, in the order of the runs. */
  readonly failures: readonly RunFailure[];
  /** How many runs failed, by signature. */
  readonly occurrences: Readonly<Record<string, number>>;
  /** Runs that somebody else should repeat, and the hash that must come out again. */
  readonly repeat: readonly { readonly run: number; readonly hash: string }[];
}

/** One run in so many is made twice, in two threads where there are two. */
const REPEAT_EVERY = 64;

export interface Experiment {
  readonly generate: (campaignSeed: string, run: number, options: PlanOptions) => Plan;
  readonly simulate: (plan: Plan) => RunResult;
}

export const SIMULATION: Experiment = {
  generate: generatePlan,
  simulate: (plan) => simulate(plan, {}),
};

/** Runs every plan of the chunk. Whatever a run throws becomes a failure; nothing is thrown. */
export function runChunk(chunk: Chunk, experiment: Experiment = SIMULATION): ChunkResult {
  const probes = new Map<string, number>();
  const occurrences = new Map<string, number>();
  const failures: RunFailure[] = [];
  const repeat: { run: number; hash: string }[] = [];
  let [runs, events, virtualUs] = [0, 0, 0];

  for (let run = chunk.first; run < chunk.first + chunk.count; run += 1) {
    runs += 1;
    const attempted = attempt(chunk, run, experiment);
    if (attempted.ended) {
      const { result } = attempted;
      events += result.events;
      virtualUs += result.virtualUs;
      for (const [name, hits] of Object.entries(result.probes))
        probes.set(name, (probes.get(name) ?? 0) + hits);
      if (run % REPEAT_EVERY === 0) repeat.push({ run, hash: result.hash });
    }
    const failure = attempted.ended ? failureOf(run, attempted.result) : attempted.failure;
    if (failure === null) continue;
    const seen = occurrences.get(failure.signature) ?? 0;
    occurrences.set(failure.signature, seen + 1);
    if (seen === 0) failures.push(failure);
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
  };
}

/** Runs one plan of a campaign again and compares. Null when the same run came out. */
export function repeatRun(
  chunk: Pick<Chunk, 'campaignSeed' | 'options'>,
  expected: { readonly run: number; readonly hash: string },
  experiment: Experiment = SIMULATION,
): RunFailure | null {
  const attempted = attempt(chunk, expected.run, experiment);
  if (!attempted.ended) return attempted.failure;
  const { hash } = attempted.result;
  if (hash === expected.hash) return null;
  return {
    run: expected.run,
    kind: 'irreproducible',
    signature: 'irreproducible',
    violations: [],
    message: `The same plan gave two different runs: ${expected.hash}, then ${hash}.`,
  };
}

type Attempt =
  | { readonly ended: true; readonly result: RunResult }
  | { readonly ended: false; readonly failure: RunFailure };

function attempt(
  chunk: Pick<Chunk, 'campaignSeed' | 'options'>,
  run: number,
  experiment: Experiment,
): Attempt {
  try {
    const plan = experiment.generate(chunk.campaignSeed, run, chunk.options);
    return { ended: true, result: experiment.simulate(plan) };
  } catch (thrown) {
    return { ended: false, failure: { run, kind: 'error', violations: [], ...describeError(thrown) } };
  }
}

/** What a harness that throws leaves behind. */
export function describeError(thrown: unknown): { signature: string; message: string; stack?: string } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    signature: bucketOfError(error.message),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

function failureOf(run: number, result: RunResult): RunFailure | null {
  const signature = bucketOf(result);
  if (signature === null) return null;
  const kind = result.verdict === 'budget' ? 'budget' : 'violation';
  return { run, kind, signature, violations: result.violations, hash: result.hash };
}
