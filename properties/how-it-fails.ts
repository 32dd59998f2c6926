/** The question that a minimiser asks of every candidate. */
import type { Plan } from '../impl/plan.ts';
import { simulate } from '../impl/simulated/simulate.ts';
import type { Failure } from './minimiser/search.ts';
import { describeError, signatureOf } from './worker-chunk.ts';

/** Null when the plan passes. A run that throws fails too, in the bucket of its message. */
export function howItFails(plan: Plan): Failure | null {
  try {
    const bucket = signatureOf(simulate(plan, {}));
    return bucket === null ? null : { bucket };
  } catch (thrown) {
    return { bucket: describeError(thrown).signature };
  }
}
