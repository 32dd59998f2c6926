/** Shrinking in a worker thread, so that the thread that asked can show progress and be interrupted. */
import type { MessagePort } from 'node:worker_threads';

import type { Plan } from '../impl/plan.ts';
import { simulate } from '../impl/simulated/simulate.ts';
import { bucketOf } from './bucket.ts';
import { type Failure, minimise, type Minimised, type Run } from './minimise.ts';
import { OtherBuckets, type OtherFailure } from './other-buckets.ts';
import { describeError } from './worker-chunk.ts';

export interface ShrinkTask {
  readonly plan: Plan;
  readonly budgetMs: number;
  /** Properties that a person chose. */
  readonly pinned: readonly string[];
  /** One `Int32Array` element; any other value than zero ends the search with what it has. */
  readonly stop: SharedArrayBuffer;
  /** Gets a `Progress` after each pass that made the plan smaller. */
  readonly progress: MessagePort;
}

export interface Shrunk extends Minimised {
  /** Other failures met on the way. */
  readonly others: readonly OtherFailure[];
}

export function shrinkTask(task: ShrinkTask): Shrunk {
  const stop = new Int32Array(task.stop);
  let runs = 0;
  // Once it is to stop, no candidate fails any more: the search ends at once with the best it has.
  const run: Run = (plan) => {
    runs += 1;
    return runs > 1 && Atomics.load(stop, 0) !== 0 ? null : howItFails(plan);
  };
  const others = new OtherBuckets();
  const minimised = minimise(task.plan, others.listen(run), {
    budgetMs: task.budgetMs,
    now: () => performance.now(),
    pinned: task.pinned,
    onProgress: (progress) => task.progress.postMessage(progress),
  });
  return { ...minimised, others: others.met };
}

/** Null when the plan passes. A run that throws fails too, in the bucket of its message. */
export function howItFails(plan: Plan): Failure | null {
  try {
    const bucket = bucketOf(simulate(plan, {}));
    return bucket === null ? null : { bucket };
  } catch (thrown) {
    return { bucket: describeError(thrown).signature };
  }
}
