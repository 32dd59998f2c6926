/** The entry of a worker process: the pool calls it with each chunk. */
import { exitWhenParentDies } from './exit-with-parent.ts';
import { HEARTBEAT_INTERVAL_MS } from './supervised-pool.ts';
import { type Chunk, type ChunkResult, runChunk, SIMULATION } from './worker-chunk.ts';

// A thread has no `send`: the pool of a test may run the entry in one.
if (process.send !== undefined) exitWhenParentDies();

export default function explore(chunk: Chunk): ChunkResult {
  let lastHeartbeatMs = -Infinity;
  return runChunk(chunk, SIMULATION, () => {
    if (performance.now() - lastHeartbeatMs < HEARTBEAT_INTERVAL_MS) return;
    lastHeartbeatMs = performance.now();
    process.send?.('alive');
  });
}
