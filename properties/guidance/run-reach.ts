import type { Reached } from '../../impl/result/run-result.ts';

/** The states and probes that one run reached. */
export interface RunReach extends Reached {
  readonly run: number;
  /** The cost of the run. */
  readonly events: number;
}
