/** The two questions of the minimiser about a plan: its failure class, and its trace. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import type { Failure } from './plan-runner.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { describeError } from '../search/failure.ts';

/** Runs the plan; returns null when it passes. A run that throws fails with the class of its message. */
export function failureOf(plan: Plan): Failure | null {
  try {
    const failureClass = failureClassOf(simulate(plan, {}));
    return failureClass === null ? null : { failureClass };
  } catch (thrown) {
    return { failureClass: describeError(thrown).failureClass };
  }
}

/** Returns the trace of a run of the plan; null when the run throws, which is a failure of the harness. */
export function traceOf(plan: Plan): Trace | null {
  try {
    return simulate(plan, { trace: true }).trace ?? null;
  } catch {
    return null;
  }
}
