import type { Plan } from '../plan/plan.ts';
import type { RunOptions, RunResult } from './run-result.ts';

/** A system that plans are run on: the simulated cluster, or one in real time, whose runs are awaited. */
export interface Target {
  /** The name in sentences: `the simulated cluster`. */
  readonly name: string;
  /**
   * Null for a target that can run a plan again and is expected to fail again. Else why it cannot, as a clause:
   * `its cluster keeps the records of earlier runs`.
   */
  readonly cannotRerunBecause: string | null;
  run(plan: Plan, options: RunOptions): RunResult | Promise<RunResult>;
}
