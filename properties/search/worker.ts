/** The entries of a worker: what a pool calls with each task, in a process for chunks, in a thread for shrinking. */
import { exitWhenParentDies } from './exit-with-parent.ts';
import { HEARTBEAT_INTERVAL_MS } from './supervised-pool.ts';
import { type Chunk, type ChunkResult, runChunk, SIMULATION } from './worker-chunk.ts';
import { type ShrinkTask, shrinkTask, type Shrunk } from '../minimiser/worker-shrink.ts';

// No thread has this.
if (process.send !== undefined) exitWhenParentDies();

export default function explore(chunk: Chunk): ChunkResult {
  let saidAtMs = -Infinity;
  return runChunk(chunk, SIMULATION, () => {
    if (performance.now() - saidAtMs < HEARTBEAT_INTERVAL_MS) return;
    saidAtMs = performance.now();
    process.send?.('alive');
  });
}

export function shrink(task: ShrinkTask): Promise<Shrunk | null> {
  return shrinkTask(task);
}
