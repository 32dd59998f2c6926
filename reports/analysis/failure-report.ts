/** What every report of one failure is made from. */
import type { RunResult } from '../../impl/result/run-result.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import type { Trace, TraceEntry } from '../../impl/trace/trace.ts';
import type { Violation } from '../../model/guarantee.ts';

export interface PlanSize {
  readonly operations: number;
  readonly faults: number;
}

export interface FailureReport {
  /** The plan that was run: the shrunk one, where shrinking took place. */
  readonly plan: Plan;
  /** The run of that plan, with its history and, where the target can give one, its trace. */
  readonly result: RunResult;
  /** The size of the plan as it was found, before shrinking. */
  readonly original?: PlanSize;
  /** What shrinking cost. */
  readonly shrink?: { readonly runs: number; readonly seconds: number };
  /** The shell command that shows the same failure again. */
  readonly replayCommand: string;
  readonly planFile?: string;
  readonly versions: { readonly kafkaCrucible: string; readonly node: string };
  /** How fast the search went, where there was one. */
  readonly speed?: { readonly runsPerSecond: number; readonly eventsPerSecond: number };
  /** Two failures of one bucket count as one finding. */
  readonly bucket?: string;
  /** What the team's triage file says of the bucket, where a search was given one: known, or nothing yet. */
  readonly triage?: 'new' | KnownFailure;
  /** The run was staged to show something, and this is what. */
  readonly scenario?: { readonly title: string; readonly teaches: string };
  /** Plans that differ in one thing and pass, the nearest first. */
  readonly neighbours?: readonly PassingNeighbour[];
  /** How soon the failure was decided, where somebody measured it; in the order of the run. */
  readonly causality?: readonly CausalityPoint[];
  /** What could be otherwise, and the plan would fail all the same. */
  readonly irrelevant?: Irrelevant;
  /** What the failure depends on, where somebody tried. */
  readonly explanation?: Explanation;
}

/** Why a failure is accepted for now. */
export interface KnownFailure {
  readonly reason: string;
  readonly link: string;
  readonly who: string;
  readonly when: string;
}

/** The run of a plan that differs from the failing one in one thing, and breaks no promise. */
export interface PassingNeighbour {
  /** What differs, to complete "it passes": `without the fault that ...`. */
  readonly change: string;
  readonly trace: Trace;
}

/** What became of runs that were the same up to here, and in which everything later was drawn anew. */
export interface CausalityPoint {
  /** Everything in the trace up to this entry, inclusive, was kept. */
  readonly seq: number;
  readonly runs: number;
  /** How many of the runs broke the same promise. */
  readonly failed: number;
}

/** By the ids of the plan. */
export interface Irrelevant {
  readonly operations: readonly number[];
  readonly faults: readonly number[];
}

/** Runs of the plan with one thing in it changed, and how many of them broke the same promise. */
export interface Varied {
  readonly runs: number;
  readonly failed: number;
}

/** Of everything in a plan: whether the failure depends on it, found out by changing it alone. */
export interface Explanation {
  /** Under other seeds: how much of it is luck. */
  readonly seed: Varied;
  readonly parts: readonly ExplainedPart[];
}

export interface ExplainedPart {
  readonly part: 'operation' | 'fault' | 'property';
  /** The id of an operation or a fault, the name of a property. */
  readonly name: number | string;
  /** Without it: an operation or a fault left out, a property at its default. */
  readonly absent: Varied;
  /** At other times; absent where it has none. */
  readonly moved?: Varied;
  /** With other arguments; absent where it has none. */
  readonly altered?: Varied;
}

export function planSize(plan: Plan): PlanSize {
  return { operations: plan.operations.length, faults: plan.faults.length };
}

/**
 * The violation that names the failure: the first one that a client saw, else a transaction that hangs, for its
 * readers see no more than that; else the first between replicas, else what did not come to rest, which often only
 * follows from either. Null when the run broke no promise (it may still have used up its budget).
 */
export function primaryViolation(result: RunResult): Violation | null {
  const first = (...not: readonly Violation['guarantee'][]) =>
    result.violations.find(({ guarantee }) => !not.includes(guarantee));
  const hanging = result.violations.find(({ anomaly }) => anomaly === 'hanging-transaction');
  return first('invariant', 'progress') ?? hanging ?? first('progress') ?? first() ?? null;
}

/** The trace of a run. A target that records none (a real cluster) gets one made of its history. */
export function traceOf(result: RunResult): Trace {
  if (result.trace !== undefined) return result.trace;
  const history = result.history ?? [];
  const entries: TraceEntry[] = history.map((event, seq) => ({
    kind: 'history',
    seq,
    timeUs: event.timeUs,
    cause: null,
    event,
  }));
  const endUs = history.at(-1)?.timeUs ?? 0;
  for (const violation of result.violations) {
    entries.push({ kind: 'violation', seq: entries.length, timeUs: endUs, cause: null, violation });
  }
  const clients = new Set(history.flatMap((event) => (event.type === 'cluster' ? [] : [event.process])));
  return {
    entries,
    nodes: [...clients].map((name) => ({ name, role: 'client' as const })),
    workloadStartUs: 0,
    secondActUs: endUs,
  };
}
