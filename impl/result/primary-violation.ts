import type { Violation } from '../../model/guarantee.ts';
import type { RunResult } from './run-result.ts';

/**
 * Returns the violation that names the failure, in this order of preference:
 *
 * 1. the first violation that a client saw;
 * 2. a hanging transaction, because its readers see nothing else;
 * 3. the first violation between replicas;
 * 4. a cluster that did not converge, which often only follows from one of the above.
 *
 * Null when the run broke no guarantee (it may still have used up its budget of events).
 */
export function primaryViolation({ violations }: Pick<RunResult, 'violations'>): Violation | null {
  const firstExcept = (...excluded: readonly Violation['guarantee'][]) =>
    violations.find(({ guarantee }) => !excluded.includes(guarantee));
  const hanging = violations.find(({ anomaly }) => anomaly === 'hanging-transaction');
  return firstExcept('invariant', 'progress') ?? hanging ?? firstExcept('progress') ?? firstExcept() ?? null;
}
