/** What the harness needs of anything it tests: run a plan, give a history. */
import type { HistoryEvent } from '../../model/history/history.ts';
import type { Violation } from '../../model/guarantee.ts';
import type { Plan } from '../plan/plan.ts';
import type { Reached } from '../simulated/observe/novelty/digests.ts';
import type { Trace } from '../trace/trace.ts';

export interface RunOptions {
  /** Record everything for a person. */
  readonly trace?: boolean;
  /** Keep the history. */
  readonly history?: boolean;
  /** Collect what was reached, to guide a search. */
  readonly coverage?: boolean;
}

/**
 * `passed`: no promise in force was broken. `violated`: see violations.
 * `budget`: the run used up its budget of events before it came to rest, a finding of its own.
 */
export type Verdict = 'passed' | 'violated' | 'budget';

export interface RunResult {
  readonly verdict: Verdict;
  /**
   * In the order found; `primary` picks the one that names the failure. What clients saw comes
   * before what only the simulation can see.
   */
  readonly violations: readonly Violation[];
  /** Sixteen hexadecimal digits over every event of the run. */
  readonly hash: string;
  /** Events handled: deliveries, timers, operations, faults. */
  readonly events: number;
  /** Virtual time at the end. */
  readonly virtualUs: number;
  /** How often each probe was hit, by name; those never hit are absent. */
  readonly probes: Readonly<Record<string, number>>;
  /** In a run that was asked for it. */
  readonly reached?: Reached;
  readonly history?: readonly HistoryEvent[];
  readonly trace?: Trace;
}

export interface Target {
  readonly name: string;
  run(plan: Plan, options: RunOptions): Promise<RunResult>;
}
