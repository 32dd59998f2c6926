/** Runs chunks: in other processes, or in this thread between two turns of its event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import _ from 'lodash';
import { Tinypool } from 'tinypool';

import { runProcessFlags } from './v8-for-runs.ts';
import { SupervisedPool } from './supervised-pool.ts';
import { type Chunk, type ChunkResult, type Experiment, runChunk, SIMULATION } from './worker-chunk.ts';

export interface WorkerPool {
  /** How many chunks should be in flight, so that no worker is idle. */
  readonly chunksInFlight: number;
  /** The number of runs of a chunk. */
  readonly chunkRuns: number;
  run(chunk: Chunk): Promise<ChunkResult>;
  /** Ends the workers, even in the middle of a run. */
  close(): Promise<void>;
}

/** From sources a worker needs a loader first; compiled, it needs none. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker-boot.mjs' : './worker.js', import.meta.url);

export interface Watch {
  /** A run that takes longer than this, in wall-clock time, is killed with its process, and is a failure. */
  readonly runLimitMs: number;
}

/**
 * Starts `workers` processes. They are processes and not threads because the threads of one process share V8's
 * compiler and wait for each other's garbage collections: two threads do the work of one and a half.
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
    // The pool has replaced a process that died without a task, unless new processes cannot be started.
    if (closed || pool.threads.length === workers) return;
    broken = error;
    void pool.destroy();
  });
  return {
    chunksInFlight: 2 * workers,
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

/** Runs chunks in this thread, in slices short enough for a key press to be noticed. */
export function sameThread(experiment: Experiment = SIMULATION): WorkerPool {
  return {
    chunksInFlight: 1,
    chunkRuns: 4,
    run: async (chunk) => {
      await nextTurn();
      return runChunk(chunk, experiment);
    },
    close: async () => {},
  };
}
