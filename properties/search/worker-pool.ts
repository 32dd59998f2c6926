/** Where chunks are run: in processes beside this one, or in this one between two turns of its event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import _ from 'lodash';
import { Tinypool } from 'tinypool';

import { runProcessFlags } from './v8-for-runs.ts';
import { SupervisedPool } from './supervised-pool.ts';
import { type Chunk, type ChunkResult, type Experiment, runChunk, SIMULATION } from './worker-chunk.ts';

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
