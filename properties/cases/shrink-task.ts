/** Shrinking in a worker thread, so that the thread that asked can show progress and be interrupted. */
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
  /** How many run candidates, this one among them. */
  readonly threads: number;
  /** Whether to find out, too, what the failure of the shrunk plan depends on. */
  readonly explain: boolean;
  /** Properties that a person chose. */
  readonly pinned: readonly string[];
  /** One `Int32Array` element; any other value than zero ends the search with what it has. */
  readonly stop: SharedArrayBuffer;
  /** Gets a `Progress` after each pass that made the plan smaller. */
  readonly progress: MessagePort;
}

export interface Shrunk extends Minimised {
  /** Null if nobody asked, or it was interrupted, or there is no run to explain. */
  readonly insight: Insight | null;
}

/** Null if the plan does not fail: an error's class does not come across threads. */
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
