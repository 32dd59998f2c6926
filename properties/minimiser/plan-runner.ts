/** Runs the plans that a search tries: in this thread, in several threads, or on a target in real time. */
import type { Plan } from '../../impl/plan/plan.ts';

/** How a plan fails. Two failures with the same failure class count as the same finding. */
export interface Failure {
  /** Guarantee and anomaly: `no-loss/lost-write`. */
  readonly failureClass: string;
  /** When it showed, in milliseconds of the target's clock since the workload began, where that is known. */
  readonly atMs?: number;
}

/** Returns how a plan fails; null when it passes. */
export type Run = (plan: Plan) => Failure | null;

/** The same on a target in real time. */
export type AwaitedRun = (plan: Plan) => Promise<Failure | null>;

/** A search that yields plans to be run together, and receives how each of them fails, in their order. */
export type Trying<T> = Generator<readonly Plan[], T, readonly (Failure | null)[]>;

/** Runs several plans. The outcome of a plan does not depend on the runner. */
export interface PlanRunner {
  /** How many plans the runner wants at once, so that no thread is idle. */
  readonly batchSize: number;
  /** Returns how each of the plans fails, in their order. */
  runAll(plans: readonly Plan[]): readonly (Failure | null)[];
}

/** Returns a runner that runs one plan after the other in this thread. */
export function inlineRunner(run: Run): PlanRunner {
  return { batchSize: 1, runAll: (plans) => plans.map(run) };
}

/** Drives a search with a runner that answers at once. */
export function driveSearch<T>(search: Trying<T>, runner: Pick<PlanRunner, 'runAll'>): T {
  let step = search.next();
  while (step.done !== true) step = search.next(runner.runAll(step.value));
  return step.value;
}

/** Drives a search on a target in real time, one run after the other. */
export async function driveSearchAwaiting<T>(search: Trying<T>, run: AwaitedRun): Promise<T> {
  let step = search.next();
  while (step.done !== true) {
    const failures: (Failure | null)[] = [];
    // The target is one cluster: its runs must not overlap.
    for (const plan of step.value) failures.push(await run(plan));
    step = search.next(failures);
  }
  return step.value;
}
