/**
 * The phases of a trial are written once and run on targets in virtual time and in real time: a phase yields each
 * condition that it waits for, and a driver lets the target go on until the condition holds or its deadline has passed.
 */

/** A condition that a phase waits for. */
export interface Wait {
  /** Checked after whatever happens on the target. */
  readonly until: () => boolean;
  /** On the target's clock, in microseconds, inclusive. */
  readonly deadlineUs: number;
}

/** A phase: it is resumed with whether the condition held before its deadline. */
export type Steps<Result = void> = Generator<Wait, Result, boolean>;

/** Waits for a condition; returns false when the deadline passed before it held. */
export function* waitUntil(until: () => boolean, deadlineUs: number): Steps<boolean> {
  return yield { until, deadlineUs };
}

/** Runs steps on a target that goes on only while it is waited for, such as a simulation. */
export function drive<Result>(steps: Steps<Result>, wait: (wait: Wait) => boolean): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next(wait(step.value));
  return step.value;
}

/** Runs steps on a target in real time. */
export async function driveAsync<Result>(
  steps: Steps<Result>,
  wait: (wait: Wait) => Promise<boolean>,
): Promise<Result> {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await wait(step.value));
  return step.value;
}
