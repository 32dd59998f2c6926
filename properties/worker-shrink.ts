/** Shrinking in a worker thread, so that the thread that asked can show progress and be interrupted. */
import type { MessagePort } from 'node:worker_threads';

import type { Plan } from '../impl/plan.ts';
import { howItFails } from './how-it-fails.ts';
import { minimise, type Minimised } from './minimise.ts';
import { shrinkCrew } from './shrink-crew.ts';

export interface ShrinkTask {
  readonly plan: Plan;
  readonly budgetMs: number;
  /** How many run candidates, this one among them. */
  readonly threads: number;
  /** Properties that a person chose. */
  readonly pinned: readonly string[];
  /** One `Int32Array` element; any other value than zero ends the search with what it has. */
  readonly stop: SharedArrayBuffer;
  /** Gets a `Progress` after each pass that made the plan smaller. */
  readonly progress: MessagePort;
}

export async function shrinkTask(task: ShrinkTask): Promise<Minimised> {
  const stop = new Int32Array(task.stop);
  const crew = shrinkCrew(task.threads);
  try {
    return minimise(task.plan, howItFails, {
      crew,
      budgetMs: task.budgetMs,
      now: () => performance.now(),
      interrupted: () => Atomics.load(stop, 0) !== 0,
      pinned: task.pinned,
      onProgress: (progress) => task.progress.postMessage(progress),
    });
  } finally {
    await crew.close();
  }
}
