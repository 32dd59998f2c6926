/** How a thread that does nothing but runs is to use memory: what a run allocates dies with the run. */
import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/**
 * A young generation (MB) in which a run of the usual length fits. In V8's default, of 48 MB, what a run still needs is
 * copied several times and then grows old, and two threads wait for the same memory.
 */
export const RUN_THREAD_MEMORY: ResourceLimits = { maxYoungGenerationSizeMb: 96 };

/**
 * Each thread collects its own garbage. V8 would have a thread's young generation collected by as many threads as there
 * are cores, which are busy with runs of their own. And V8 would put what comes from a place in the code whose objects
 * lived long in a few collections among the old objects at once, which is where a collection is dear: in another run
 * they die young. The flags hold for the process; V8 reads them at every collection.
 */
export function collectGarbageInOwnThread(): void {
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--no-allocation-site-pretenuring');
}
