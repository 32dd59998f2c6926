/** The entries of a worker: what a pool calls with each task, in a process for chunks, in a thread for shrinking. */
import { becomeChildOfASearch } from './child-of-a-search.ts';
import { SIGN_OF_LIFE_EVERY_MS } from './watched-pool.ts';
import { type Chunk, type ChunkResult, runChunk, SIMULATION } from './worker-chunk.ts';
import { type ShrinkTask, shrinkTask, type Shrunk } from '../minimiser/worker-shrink.ts';

// No thread has this.
if (process.send !== undefined) becomeChildOfASearch();

export default function explore(chunk: Chunk): ChunkResult {
  let saidAtMs = -Infinity;
  return runChunk(chunk, SIMULATION, () => {
    if (performance.now() - saidAtMs < SIGN_OF_LIFE_EVERY_MS) return;
    saidAtMs = performance.now();
    process.send?.('alive');
  });
}

export function shrink(task: ShrinkTask): Promise<Shrunk | null> {
  return shrinkTask(task);
}
