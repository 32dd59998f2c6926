/** The entries of a worker: what a pool calls with each task, in a process for chunks, in a thread for shrinking. */
import { SIGN_OF_LIFE_EVERY_MS } from './watched-pool.ts';
import { type Chunk, type ChunkResult, runChunk, SIMULATION } from './worker-chunk.ts';
import { type ShrinkTask, shrinkTask, type Shrunk } from './worker-shrink.ts';

// An interrupt from the keyboard reaches every process of the terminal; what it means is for the one that asked.
if (process.send !== undefined) process.on('SIGINT', () => {});

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
