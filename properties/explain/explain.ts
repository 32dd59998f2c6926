/** Explains a failure: the parts of its plan on which it depends, and its point of no return. */
import type { LatencyModel, Plan } from '../../impl/plan/plan.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import { CRUCIBLE_DEFAULTS } from '../../model/configuration/configuration.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import type { Variation } from '../../impl/result/explanation.ts';
import { causality } from './causality.ts';
import { dependence, irrelevantIn } from './dependence.ts';
import type { Crew } from '../minimiser/minimise.ts';

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
 * Makes some hundreds of runs. The result depends on the plan alone. Null when it was interrupted.
 *
 * @param failureClass that of the plan
 * @param trace of a run of the plan
 */
export function explain(
  plan: Plan,
  failureClass: string,
  trace: Trace,
  crew: Crew,
  options: ExplainOptions = {},
): Insight | null {
  const count = (plans: readonly Plan[]): Variation => {
    if (options.interrupted?.() === true) throw new Interrupted();
    const failed = crew.runAll(plans).filter((failure) => failure?.failureClass === failureClass).length;
    return { runs: plans.length, failed };
  };
  const pinned = new Set([...Object.keys(CRUCIBLE_DEFAULTS), ...(options.pinned ?? [])]);
  try {
    const explanation = dependence(plan, count, pinned);
    return {
      explanation,
      irrelevant: irrelevantIn(explanation),
      causality: causality(plan, trace, count, options.latency),
    };
  } catch (error) {
    if (error instanceof Interrupted) return null;
    throw error;
  }
}
