/** Shrinks a plan in a thread of its own, so that this thread can show progress and be interrupted. */
import { MessageChannel } from 'node:worker_threads';

import { Tinypool } from 'tinypool';

import type { Plan } from '../../impl/plan/plan.ts';
import { PlanHolds, type Progress } from '../minimiser/minimise.ts';
import { collectGarbageInOwnThread, RUN_THREAD_MEMORY } from '../search/v8-for-runs.ts';
import type { ShrinkTask, Shrunk } from './shrink-task.ts';

/** From sources the thread needs a loader first; compiled, it needs none. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './shrink-boot.mjs' : './shrink-task.js',
  import.meta.url,
);

export interface ShrinkOptions {
  /** Wall-clock time at most. */
  readonly budgetMs: number;
  /** A run that takes longer than this counts as hung. Default: no limit. */
  readonly runLimitMs?: number;
  /** How many threads run candidates; affects only the time. Default 1. */
  readonly threads?: number;
  /** Also explain the failure, which takes at most as long again. */
  readonly explain?: boolean;
  /** Properties that the user chose, which are not changed. */
  readonly pinned: readonly string[];
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the search with the smallest plan found so far. */
  readonly signal?: AbortSignal;
}

/** Node runs a timer with a longer delay at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Thrown when a run exceeds its time limit. */
export class ShrinkHangs extends Error {
  readonly runLimitMs: number;

  constructor(runLimitMs: number) {
    super(`a run took longer than ${runLimitMs} ms`);
    this.name = 'ShrinkHangs';
    this.runLimitMs = runLimitMs;
  }
}

/**
 * Searches in a thread of its own for the shortest plan that fails in the class of this one.
 * @throws PlanHolds if the plan does not fail; ShrinkHangs if a run does not end; what the thread throws when it dies.
 */
export async function shrinkInThread(plan: Plan, options: ShrinkOptions): Promise<Shrunk> {
  collectGarbageInOwnThread();
  const pool = new Tinypool({
    runtime: 'worker_threads',
    filename: ENTRY.href,
    resourceLimits: RUN_THREAD_MEMORY,
    minThreads: 1,
    maxThreads: 1,
    useAtomics: false,
  });
  const channel = new MessageChannel();
  const stop = new SharedArrayBuffer(4);
  const interrupt = (): void => void Atomics.store(new Int32Array(stop), 0, 1);
  const hangs = new AbortController();
  const { budgetMs, runLimitMs = Infinity } = options;
  // Shrinking and explaining both check the clock between two runs.
  const longestMs = 2 * budgetMs + runLimitMs;
  const watch = longestMs < LONGEST_TIMER_MS ? setTimeout(() => hangs.abort(), longestMs) : undefined;
  options.signal?.addEventListener('abort', interrupt);
  if (options.signal?.aborted === true) interrupt();
  channel.port1.on('message', (progress: Progress) => options.onProgress?.(progress));
  try {
    const task: ShrinkTask = {
      plan,
      budgetMs,
      threads: options.threads ?? 1,
      explain: options.explain ?? false,
      pinned: options.pinned,
      stop,
      progress: channel.port2,
    };
    const how = { transferList: [channel.port2], signal: hangs.signal };
    const shrunk: Shrunk | null = await pool.run(task, how);
    if (shrunk === null) throw new PlanHolds();
    return shrunk;
  } catch (error) {
    throw hangs.signal.aborted ? new ShrinkHangs(runLimitMs) : error;
  } finally {
    clearTimeout(watch);
    options.signal?.removeEventListener('abort', interrupt);
    channel.port1.close();
    // The thread may have answered just before it is ended, which tinypool reports as an error.
    pool.on('error', () => {});
    await pool.destroy();
  }
}
