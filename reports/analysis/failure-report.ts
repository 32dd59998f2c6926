/** What every report of one failure is made from. */
import type { PlanSize } from '../../impl/plan/plan-size.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import type {
  CausalityPoint,
  Explanation,
  Irrelevant,
  PassingNeighbour,
} from '../../impl/result/explanation.ts';
import type { RunResult } from '../../impl/result/run-result.ts';

export interface FailureReport<Result extends RunResult = RunResult> {
  /** The plan that was run: the shrunk one, where shrinking took place. */
  readonly plan: Plan;
  /** The run of that plan, with its history and, where the target can give one, its trace. */
  readonly result: Result;
  /** The size of the plan as it was found, before shrinking. */
  readonly original?: PlanSize;
  /** The cost of shrinking; `seconds` is null where no clock was read. */
  readonly shrink?: { readonly runs: number; readonly seconds: number | null };
  /** The shell command that shows the same failure again. */
  readonly replayCommand: string;
  readonly planFile?: string;
  readonly versions: { readonly kafkaCrucible: string; readonly node: string };
  /** How fast the search went, where there was one. */
  readonly speed?: { readonly runsPerSecond: number; readonly eventsPerSecond: number };
  /** Two failures of one failure class count as one finding. */
  readonly failureClass?: string;
  /** What the team's triage file says of the failure class, where a search was given one: known, or nothing yet. */
  readonly triage?: 'new' | KnownFailure;
  /** The run was staged to show something, and this is what. */
  readonly scenario?: { readonly title: string; readonly teaches: string };
  /** Plans that differ in one thing and pass, the nearest first. */
  readonly neighbours?: readonly PassingNeighbour[];
  /** Reproduction rates by event, in the order of the run; absent where they were not measured. */
  readonly causality?: readonly CausalityPoint[];
  /** What could be otherwise, and the plan would fail all the same. */
  readonly irrelevant?: Irrelevant;
  /** What the failure depends on; absent where it was not measured. */
  readonly explanation?: Explanation;
  /** Which parts of the report are missing, and why, for a target that cannot run a plan again: one sentence. */
  readonly cannotRerun?: string;
}

/** Why a failure is accepted for now. */
export interface KnownFailure {
  readonly reason: string;
  readonly link: string;
  readonly who: string;
  readonly when: string;
}
