/** The entry of the thread that shrinks a plan and explains its failure. */
import type { MessagePort } from 'node:worker_threads';

import type { Plan } from '../../impl/plan/plan.ts';
import { explain, type Insight } from '../explain/explain.ts';
import { failureOf, traceOf } from '../minimiser/failure-of.ts';
import {
  minimise,
  type Minimised,
  PlanHolds,
  type PlanRunner,
  type Progress,
} from '../minimiser/minimise.ts';
import { planThreadPool } from '../minimiser/plan-thread-pool.ts';

export interface ShrinkTask {
  readonly plan: Plan;
  readonly budgetMs: number;
  /** How many threads run candidates, including this one. */
  readonly threads: number;
  /** Whether to explain the failure of the shrunk plan. */
  readonly explain: boolean;
  /** Properties that the user chose. */
  readonly pinned: readonly string[];
  /** One `Int32Array` element; any other value than zero ends the search with what it has. */
  readonly stop: SharedArrayBuffer;
  /** Receives a `Progress` after each pass that made the plan smaller. */
  readonly progress: MessagePort;
}

export interface Shrunk extends Minimised {
  /** Null if it was not requested or was interrupted, or if the run throws. */
  readonly insight: Insight | null;
}

/** Returns null if the plan does not fail, because the class of an error is lost between threads. */
export default async function shrinkTask(task: ShrinkTask): Promise<Shrunk | null> {
  const stop = new Int32Array(task.stop);
  const interrupted = (): boolean => Atomics.load(stop, 0) !== 0;
  const pool = planThreadPool(task.threads);
  try {
    const minimised = minimise(task.plan, failureOf, {
      runner: pool,
      traceOf,
      budgetMs: task.budgetMs,
      now: () => performance.now(),
      interrupted,
      pinned: task.pinned,
      onProgress: (progress) => task.progress.postMessage(progress),
    });
    return { ...minimised, insight: task.explain ? insightInto(minimised, task, pool, interrupted) : null };
  } catch (error) {
    if (error instanceof PlanHolds) return null;
    throw error;
  } finally {
    await pool.close();
  }
}

function insightInto(
  { plan, failure, to, runs }: Minimised,
  task: ShrinkTask,
  runner: PlanRunner,
  interrupted: () => boolean,
): Insight | null {
  const trace = traceOf(plan);
  if (trace === null) return null;
  task.progress.postMessage({ pass: 'explain', runs, ...to } satisfies Progress);
  const beganMs = performance.now();
  return explain(plan, failure.failureClass, trace, runner, {
    pinned: task.pinned,
    latency: task.plan.schedule.latency,
    interrupted: () => interrupted() || performance.now() - beganMs > task.budgetMs,
  });
}
