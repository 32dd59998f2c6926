/** Where chunks are run: in processes beside this one, or in this one between two turns of its event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';

import _ from 'lodash';
import { Tinypool } from 'tinypool';

import type { Plan } from '../../impl/plan/plan.ts';
import { PlanHolds, type Progress } from '../minimiser/minimise.ts';
import { collectGarbageInOwnThread, RUN_THREAD_MEMORY, runProcessFlags } from './v8-for-runs.ts';
import { SupervisedPool } from './supervised-pool.ts';
import { type Chunk, type ChunkResult, type Experiment, runChunk, SIMULATION } from './worker-chunk.ts';
import type { ShrinkTask, Shrunk } from '../minimiser/worker-shrink.ts';

export interface WorkerPool {
  /** How many chunks it wants to have at once, so that no worker waits for work. */
  readonly appetite: number;
  /** How many runs a chunk should have. */
  readonly chunkRuns: number;
  run(chunk: Chunk): Promise<ChunkResult>;
  /** Ends the workers, whatever they are doing. */
  close(): Promise<void>;
}

/** From sources a worker needs a loader first; compiled, it needs none. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker-boot.mjs' : './worker.js', import.meta.url);

export interface Watch {
  /** A run that takes longer than this, in wall-clock time, is ended with its process, and is a failure. */
  readonly runLimitMs: number;
}

/**
 * `workers` processes; this one is free for other things. They are processes and not threads because threads of one
 * process share V8's compiler and each other's collections: two of them do the work of one and a half.
 */
export function processPool(workers: number, watch: Watch | null = null, entry: URL = ENTRY): WorkerPool {
  const pool = new Tinypool({
    runtime: 'child_process',
    filename: entry.href,
    minThreads: workers,
    maxThreads: workers,
    execArgv: [...runProcessFlags(workers)],
    env: _.pickBy(process.env, (value) => value !== undefined),
    // Digests are typed arrays.
    serialization: 'advanced',
  });
  const guard = watch === null ? null : new SupervisedPool(pool, watch.runLimitMs);
  let closed = false;
  let broken: unknown = null;
  pool.on('error', (error) => {
    // A process that dies without a task has been replaced by now; unless none can be started any more.
    if (closed || pool.threads.length === workers) return;
    broken = error;
    void pool.destroy();
  });
  return {
    appetite: 2 * workers,
    chunkRuns: 24,
    run: async (chunk) => {
      try {
        const result: ChunkResult = await (guard?.run(chunk) ?? pool.run(chunk));
        return result;
      } catch (error) {
        throw broken ?? error;
      }
    },
    close: () => {
      closed = true;
      guard?.close();
      return pool.destroy();
    },
  };
}

/** This thread, in slices short enough for a key press to be noticed. */
export function sameThread(experiment: Experiment = SIMULATION): WorkerPool {
  return {
    appetite: 1,
    chunkRuns: 4,
    run: async (chunk) => {
      await nextTurn();
      return runChunk(chunk, experiment);
    },
    close: async () => {},
  };
}

export interface ShrinkOptions {
  /** Wall-clock time at most. */
  readonly budgetMs: number;
  /** A run that takes longer than this is taken for one that does not end. Default: none is. */
  readonly runLimitMs?: number;
  /** How many threads run candidates; it changes nothing but the time that it takes. Default 1. */
  readonly threads?: number;
  /** Find out, too, what the failure depends on. Takes at most as long again. */
  readonly explain?: boolean;
  /** Properties that a person chose, which stay as they are. */
  readonly pinned: readonly string[];
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the search with the smallest plan found so far. */
  readonly signal?: AbortSignal;
}

/** Node takes a longer one for a short one. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A run does not end, or took longer than a run may. */
export class ShrinkHangs extends Error {
  readonly runLimitMs: number;

  constructor(runLimitMs: number) {
    super(`a run took longer than ${runLimitMs} ms`);
    this.name = 'ShrinkHangs';
    this.runLimitMs = runLimitMs;
  }
}

/**
 * The shortest plan that fails in the way of this one, searched for in a thread of its own.
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
  // Both the search and what is found out after it look at the clock between two runs.
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
    const how = { name: 'shrink', transferList: [channel.port2], signal: hangs.signal };
    const shrunk: Shrunk | null = await pool.run(task, how);
    if (shrunk === null) throw new PlanHolds();
    return shrunk;
  } catch (error) {
    throw hangs.signal.aborted ? new ShrinkHangs(runLimitMs) : error;
  } finally {
    clearTimeout(watch);
    options.signal?.removeEventListener('abort', interrupt);
    channel.port1.close();
    // The thread may have answered just before it is ended: tinypool calls that an error.
    pool.on('error', () => {});
    await pool.destroy();
  }
}
