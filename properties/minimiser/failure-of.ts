/** What a minimiser asks about its candidates. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import type { Trace } from '../../impl/trace/trace.ts';
import type { Failure } from './plan-runner.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { describeError } from '../search/failure.ts';

/** Null when the plan passes. A run that throws fails too, in the failure class of its message. */
export function failureOf(plan: Plan): Failure | null {
  try {
    const failureClass = failureClassOf(simulate(plan, {}));
    return failureClass === null ? null : { failureClass };
  } catch (thrown) {
    return { failureClass: describeError(thrown).failureClass };
  }
}

/** What happens in a run of the plan; null when it throws: then the harness is what has to be looked into. */
export function traceOf(plan: Plan): Trace | null {
  try {
    return simulate(plan, { trace: true }).trace ?? null;
  } catch {
    return null;
  }
}
