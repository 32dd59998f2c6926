/** Explains a failure: the parts of its plan on which it depends, and its point of no return. */
import type { LatencyModel, Plan } from '../../impl/plan/plan.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import { CRUCIBLE_DEFAULTS } from '../../model/configuration/configuration.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import { causality } from './causality.ts';
import { type Count, dependence, irrelevantIn } from './dependence.ts';
import {
  type AwaitedRun,
  driveSearch,
  driveSearchAwaiting,
  type PlanRunner,
  type Trying,
} from '../minimiser/plan-runner.ts';

/** The sections of a report that explain its failure. */
export type Insight = Required<Pick<FailureReport, 'explanation' | 'irrelevant' | 'causality'>>;

export interface ExplainOptions {
  /** Properties that the user chose: they are not considered as a cause. */
  readonly pinned?: readonly string[];
  /** The latency of messages in runs that are drawn again; by default uniform from 0.5 to 20 ms. */
  readonly latency?: LatencyModel;
  /** Called before plans are run; true abandons the explanation. */
  readonly interrupted?: () => boolean;
}

/** Thrown to abandon an explanation that was interrupted. */
class Interrupted extends Error {}

/**
 * Returns what the failure of a plan depends on, and when it was decided; null when it was interrupted. Takes some
 * hundreds of runs, and depends on the plan alone.
 *
 * @param failureClass how the plan fails
 * @param trace of a run of the plan
 */
export function explain(
  plan: Plan,
  failureClass: string,
  trace: Trace,
  runner: PlanRunner,
  options: ExplainOptions = {},
): Insight | null {
  try {
    return driveSearch(insight(plan, failureClass, trace, options), runner);
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  }
}

/**
 * Returns what the failure of a plan depends on, found on a target in real time with one run after the other. As
 * deterministic as the target.
 */
export async function explainDependence(
  plan: Plan,
  failureClass: string,
  run: AwaitedRun,
  pinned: readonly string[] = [],
): Promise<Omit<Insight, 'causality'>> {
  return driveSearchAwaiting(dependenceInsight(plan, counting(failureClass, {}), pinned), run);
}

function* insight(plan: Plan, failureClass: string, trace: Trace, options: ExplainOptions): Trying<Insight> {
  const count = counting(failureClass, options);
  return {
    ...(yield* dependenceInsight(plan, count, options.pinned)),
    causality: yield* causality(plan, trace, count, options.latency),
  };
}

function* dependenceInsight(
  plan: Plan,
  count: Count,
  pinned: readonly string[] = [],
): Trying<Omit<Insight, 'causality'>> {
  const neverCauses = new Set([...Object.keys(CRUCIBLE_DEFAULTS), ...pinned]);
  const explanation = yield* dependence(plan, count, neverCauses);
  return { explanation, irrelevant: irrelevantIn(explanation) };
}

/** Returns a function that runs plans and counts those that fail in the class. */
function counting(failureClass: string, { interrupted }: Pick<ExplainOptions, 'interrupted'>): Count {
  return function* (plans) {
    if (interrupted?.() === true) throw new Interrupted();
    const failures = yield plans;
    const failed = failures.filter((failure) => failure?.failureClass === failureClass).length;
    return { runs: plans.length, failed };
  };
}
