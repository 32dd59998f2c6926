/** The result of running a plan on a target: plain data for everything that judges, searches, shrinks or reports. */
import type { HistoryEvent } from '../../model/history/history.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { Trace } from '../trace/trace.ts';

export interface RunOptions {
  /** Record every step, for a report. */
  readonly trace?: boolean;
  /** Keep the history. */
  readonly history?: boolean;
  /** Collect the states and probes that the run reached, to guide a search. */
  readonly coverage?: boolean;
}

/**
 * `passed`: no guarantee in force was broken. `violated`: see violations.
 * `budget`: the run used up its budget of events before it converged, a finding of its own.
 */
export type Verdict = 'passed' | 'violated' | 'budget';

export interface RunResult {
  readonly verdict: Verdict;
  /**
   * In the order found; `primaryViolation` picks the one that names the failure. What clients saw comes
   * before what only the simulation can see.
   */
  readonly violations: readonly Violation[];
  readonly history?: readonly HistoryEvent[];
  readonly trace?: Trace;
  /** Sixteen hexadecimal digits over every event of the run; absent on a target whose runs cannot be repeated. */
  readonly hash?: string;
  /** Events handled: deliveries, timers, operations, faults; absent on a target that does not count them. */
  readonly events?: number;
  /** Virtual time at the end; absent on a target in real time. */
  readonly virtualUs?: number;
  /** How often each probe was hit, by name; those never hit are absent. Absent on a target without probes. */
  readonly probes?: Readonly<Record<string, number>>;
}

/** The result of a run in the simulated cluster, where the same plan gives the same run. */
export interface SimulatedRunResult extends RunResult {
  readonly hash: string;
  readonly events: number;
  readonly virtualUs: number;
  readonly probes: Readonly<Record<string, number>>;
  /** In a run with `coverage`. */
  readonly reached?: Reached;
}

/** The abstract states and probes that a run reached, and when: in the order in which each was reached first. */
export interface Reached {
  /** Abstract states of partitions and of the quorum, and the probes that were hit, as 32-bit digests. */
  readonly digests: Uint32Array;
  /** When each was reached first, in virtual microseconds since the workload began. */
  readonly digestsAtUs: Uint32Array;
}
