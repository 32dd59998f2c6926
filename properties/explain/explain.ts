/** What may be otherwise in a failing plan, and when its failure was decided. */
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
  /** Properties that somebody chose: they are not held to be a cause. */
  readonly pinned?: readonly string[];
  /** What messages take in runs whose luck is drawn anew; by default something between half a millisecond and 20. */
  readonly latency?: LatencyModel;
  /** Asked before plans are run; true gives the explanation up. */
  readonly interrupted?: () => boolean;
}

/** Thrown to leave an explanation that nobody waits for any more. */
class GivenUp extends Error {}

/**
 * Takes some hundreds of runs, and depends on the plan alone. Null when it was interrupted.
 *
 * @param failureClass how the plan fails
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
    if (options.interrupted?.() === true) throw new GivenUp();
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
    if (error instanceof GivenUp) return null;
    throw error;
  }
}
