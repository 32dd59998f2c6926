/** A failure that a search found: the form in which it goes from the worker that ran the plan to the saved case. */
import { AssertionFailed } from '../../impl/assert.ts';
import type { Plan } from '../../impl/plan/plan.ts';
import { failureClassOf, failureClassOfError } from '../../impl/result/failure-class.ts';
import type { SimulatedRunResult } from '../../impl/result/run-result.ts';
import type { Violation } from '../../model/guarantee.ts';

/**
 * `violation`: a guarantee was broken. `budget`: the run did not converge. `assertion`: the implementation reached a
 * state that it asserts to be impossible. `error`: the harness itself threw. `irreproducible`: the same plan gave two
 * different runs. `hung`: the run exceeded its time limit. `crashed`: the process that ran the plan died.
 */
export const FAILURE_KINDS = [
  'violation',
  'budget',
  'assertion',
  'error',
  'irreproducible',
  'hung',
  'crashed',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The kinds of failure in which the run threw: there is no result to explain or to render. */
export const THROWN_KINDS: ReadonlySet<FailureKind> = new Set(['assertion', 'error']);

/** Returns the kind of a failure of which only the failure class is known. */
export function kindOfFailureClass(failureClass: string): FailureKind {
  if (failureClass === 'budget') return 'budget';
  if (failureClass.startsWith('assertion ')) return 'assertion';
  return failureClass.startsWith('error ') ? 'error' : 'violation';
}

export interface RunFailure {
  /** The number of the run in the campaign, from 0; the first one, where several runs failed alike. */
  readonly run: number;
  readonly kind: FailureKind;
  /** Two failures of one class count as one finding. */
  readonly failureClass: string;
  readonly violations: readonly Violation[];
  /** The plan of the run; null when the plan could not be generated. */
  readonly plan: Plan | null;
  /** In how many runs a failure of this class was seen. */
  readonly occurrences: number;
  /** Absent when the run did not end. */
  readonly hash?: string;
  /** For `assertion`, `error`, `irreproducible`, `hung` and `crashed`. */
  readonly message?: string;
  readonly stack?: string;
}

/** Returns the failure of a run that ended; null for one that passed. */
export function failureOfResult(run: number, plan: Plan, result: SimulatedRunResult): RunFailure | null {
  const failureClass = failureClassOf(result);
  if (failureClass === null) return null;
  const kind = result.verdict === 'budget' ? 'budget' : 'violation';
  const { violations, hash } = result;
  return { run, kind, failureClass, violations, plan, occurrences: 1, hash };
}

/** Describes the failure of a run that threw: an assertion of the implementation, or any other error. */
export function describeError(
  thrown: unknown,
): Pick<RunFailure, 'kind' | 'failureClass' | 'stack'> & { readonly message: string } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const kind = error instanceof AssertionFailed ? 'assertion' : 'error';
  return {
    kind,
    failureClass: failureClassOfError(error.message, kind),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
  };
}

/** A failure without violations, seen once: of the run itself or of the process that made it. */
export function failureOfHarness(
  run: number,
  plan: Plan | null,
  kind: 'irreproducible' | 'hung' | 'crashed',
  message: string,
): RunFailure {
  return { run, kind, failureClass: kind, violations: [], plan, occurrences: 1, message };
}

/** @param difference the first event that differs, if it is known */
export function irreproducible(
  run: number,
  plan: Plan | null,
  hashes: readonly [first: string, second: string],
  difference?: string,
): RunFailure {
  const message = `The same plan gave two different runs: ${hashes[0]}, then ${hashes[1]}.`;
  return failureOfHarness(
    run,
    plan,
    'irreproducible',
    difference === undefined ? message : `${message}\n${difference}`,
  );
}

/** Returns null when generating the plan throws: that is the failure then. */
export function planOrNull(generate: () => Plan): Plan | null {
  try {
    return generate();
  } catch {
    return null;
  }
}

/** Returns one failure for each class, that of the earliest run, with the occurrences of both lists; by run. */
export function mergeFailures<Failure extends Pick<RunFailure, 'run' | 'failureClass' | 'occurrences'>>(
  these: readonly Failure[],
  those: readonly Failure[],
): readonly Failure[] {
  if (those.length === 0) return these;
  const byClass = new Map<string, Failure>();
  for (const failure of [...these, ...those]) {
    const known = byClass.get(failure.failureClass);
    const earliest = known === undefined || failure.run < known.run ? failure : known;
    const occurrences = failure.occurrences + (known?.occurrences ?? 0);
    byClass.set(failure.failureClass, { ...earliest, occurrences });
  }
  return [...byClass.values()].sort((one, other) => one.run - other.run);
}
