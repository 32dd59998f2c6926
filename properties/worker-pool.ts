/** Where chunks are run: in threads beside this one, or in this one between two turns of its event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';

import { Piscina } from 'piscina';

import type { Plan } from '../impl/plan.ts';
import { PlanHolds, type Progress } from './minimise.ts';
import { type Chunk, type ChunkResult, type Experiment, runChunk, SIMULATION } from './worker-chunk.ts';
import { collectGarbageInOwnThread, RUN_THREAD_MEMORY } from './thread-memory.ts';
import { WatchedPool } from './watched-pool.ts';
import type { ShrinkTask, Shrunk } from './worker-shrink.ts';

export interface WorkerPool {
  /** How many chunks it wants to have at once, so that no thread waits for work. */
  readonly appetite: number;
  /** How many runs a chunk should have. */
  readonly chunkRuns: number;
  run(chunk: Chunk): Promise<ChunkResult>;
  /** Ends the threads, whatever they are doing. */
  close(): Promise<void>;
}

/** From sources the thread needs a loader first; compiled, it needs none. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker-boot.mjs' : './worker.js', import.meta.url);

export interface Watch {
  /** A run that takes longer than this, in wall-clock time, is ended with its thread, and is a failure. */
  readonly runLimitMs: number;
}

/** `threads` worker threads; the thread that asks is free for other things. */
export function threadPool(threads: number, watch: Watch | null = null, entry: URL = ENTRY): WorkerPool {
  collectGarbageInOwnThread();
  const pool = new Piscina<Chunk, ChunkResult>({
    filename: entry.href,
    resourceLimits: RUN_THREAD_MEMORY,
    minThreads: threads,
    maxThreads: threads,
    // Chunks are long; a sleeping thread that takes a millisecond to wake is no loss, a spinning one is.
    atomics: 'disabled',
  });
  const guard = watch === null ? null : new WatchedPool(pool, watch.runLimitMs);
  return {
    appetite: 2 * threads,
    chunkRuns: 24,
    run: (chunk) => guard?.run(chunk) ?? pool.run(chunk),
    close: () => {
      guard?.close();
      return destroy(pool);
    },
  };
}

/** A thread may have answered just before it is ended: piscina calls that an error, and nobody waits for it any more. */
async function destroy(pool: Pick<Piscina, 'on' | 'destroy'>): Promise<void> {
  pool.on('error', () => {});
  await pool.destroy();
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
  const pool = new Piscina<ShrinkTask, Shrunk | null>({
    filename: ENTRY.href,
    resourceLimits: RUN_THREAD_MEMORY,
    maxThreads: 1,
    atomics: 'disabled',
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
    const shrunk = await pool.run(
      {
        plan,
        budgetMs,
        threads: options.threads ?? 1,
        explain: options.explain ?? false,
        pinned: options.pinned,
        stop,
        progress: channel.port2,
      },
      { name: 'shrink', transferList: [channel.port2], signal: hangs.signal },
    );
    if (shrunk === null) throw new PlanHolds();
    return shrunk;
  } catch (error) {
    throw hangs.signal.aborted ? new ShrinkHangs(runLimitMs) : error;
  } finally {
    clearTimeout(watch);
    options.signal?.removeEventListener('abort', interrupt);
    channel.port1.close();
    await destroy(pool);
  }
}
