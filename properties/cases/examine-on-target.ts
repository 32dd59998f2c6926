/** A failure on any target: run, shrunk and explained where the target can run a plan again. */
import { planSize } from '../../impl/plan/plan-size.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import type { RunResult } from '../../impl/result/run-result.ts';
import type { Target } from '../../impl/result/target.ts';
import type { FailureReport } from '../../reports/analysis/failure-report.ts';
import { explainDependence } from '../explain/explain.ts';
import { type Failure, minimiseAwaiting } from '../minimiser/minimise.ts';
import { crucibleVersion } from './version.ts';

export interface ExamineOptions {
  /** The shell command that runs the plan on the target again. */
  readonly replayCommand: string;
  /** Runs at most while shrinking. */
  readonly shrinkRuns: number;
}

/**
 * Runs a plan on a target and returns the report of its failure, with the run that was seen to fail. The plan is shrunk,
 * and what the failure depends on is found out, if the target can run a plan again; else the report says that it was
 * not done, and why. Returns the report of the one run if the plan passes.
 *
 * Not found out: when the failure was decided. That takes a target that keeps a run up to a moment and draws the rest of
 * it again, which only the simulation does.
 */
export async function examineOnTarget(
  plan: Plan,
  target: Target,
  { replayCommand, shrinkRuns }: ExamineOptions,
): Promise<FailureReport> {
  const versions = { kafkaCrucible: crucibleVersion(), node: process.version };
  const first = await target.run(plan, { history: true, trace: true });
  const failureClass = failureClassOf(first);
  if (failureClass === null) return { plan, result: first, replayCommand, versions };
  const found = { replayCommand, versions, failureClass };
  if (target.cannotRerunBecause !== null) {
    const cannotRerun =
      `The plan was not shrunk, and what its failure depends on was not found out: ` +
      `${target.name} cannot run a plan again, because ${target.cannotRerunBecause}.`;
    return { plan, result: first, ...found, cannotRerun };
  }

  // The first run has shown the failure: it is not made again.
  const failing = new Map<Plan, RunResult>([[plan, first]]);
  const run = async (candidate: Plan): Promise<Failure | null> => {
    const result = failing.get(candidate) ?? (await target.run(candidate, { history: true, trace: true }));
    const candidateClass = failureClassOf(result);
    if (candidateClass === failureClass) failing.set(candidate, result);
    return candidateClass === null ? null : { failureClass: candidateClass };
  };
  const shrunk = await minimiseAwaiting(plan, run, { maxRuns: shrinkRuns });
  const result = failing.get(shrunk.plan) ?? first;
  const dependence = await explainDependence(shrunk.plan, failureClass, run);
  return {
    plan: shrunk.plan,
    result,
    ...found,
    original: planSize(plan),
    shrink: { runs: shrunk.runs, seconds: shrunk.seconds },
    ...dependence,
  };
}
