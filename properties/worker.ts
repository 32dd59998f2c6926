/** The entries of a worker thread: what a pool calls with each task. */
import { type Chunk, type ChunkResult, runChunk } from './worker-chunk.ts';
import { type ShrinkTask, shrinkTask, type Shrunk } from './worker-shrink.ts';

export default function explore(chunk: Chunk): ChunkResult {
  return runChunk(chunk);
}

export function shrink(task: ShrinkTask): Promise<Shrunk | null> {
  return shrinkTask(task);
}
