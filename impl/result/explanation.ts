/** The causes of a failure, found by running variations of its plan. */
import type { Trace } from '../trace/trace.ts';

/** For each part of a plan: whether the failure depends on it, found by changing that part alone. */
export interface Explanation {
  /** Under other seeds: how much of the failure is chance. */
  readonly seed: Variation;
  readonly parts: readonly ExplainedPart[];
}

export interface ExplainedPart {
  readonly part: 'operation' | 'fault' | 'property';
  /** The id of an operation or a fault, the name of a property. */
  readonly name: number | string;
  /** Without it: an operation or a fault left out, a property at its default. */
  readonly absent: Variation;
  /** At other times; absent where it has none. */
  readonly moved?: Variation;
  /** With other arguments; absent where it has none. */
  readonly altered?: Variation;
}

/** Runs of the plan with one part changed, and how many of them broke the same guarantee. */
export interface Variation {
  readonly runs: number;
  readonly failed: number;
}

/** Parts that could be otherwise, and the plan would still fail; by their ids in the plan. */
export interface Irrelevant {
  readonly operations: readonly number[];
  readonly faults: readonly number[];
}

/** The outcome of runs that repeat the failing one up to an entry of its trace, with every later draw made again. */
export interface CausalityPoint {
  /** The last entry of the trace that is kept, inclusive. */
  readonly seq: number;
  readonly runs: number;
  /** How many of the runs broke the same guarantee. */
  readonly failed: number;
}

/** The run of a plan that differs from the failing one in one thing, and breaks no guarantee. */
export interface PassingNeighbour {
  /** The difference, to complete "it passes": `without the fault that ...`. */
  readonly change: string;
  readonly trace: Trace;
}
