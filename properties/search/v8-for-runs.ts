/** How V8 is to treat what does nothing but runs: what a run allocates dies with the run, and the code stays. */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/**
 * A young generation (MB) in which a run of the usual length fits. In V8's default, of 48 MB, what a run still needs is
 * copied several times and then grows old.
 */
const YOUNG_GENERATION_MB = 96;

/**
 * V8 would put what comes from a place in the code whose objects lived long in a few collections among the old objects
 * at once, which is where a collection is dear: in another run they die young.
 */
const NOTHING_IS_BORN_OLD = '--no-allocation-site-pretenuring';

/**
 * Who collects collects alone. V8 would have a young generation collected by as many threads as there are cores, which
 * are busy with runs of their own.
 */
const COLLECTS_ALONE = '--no-parallel-scavenge';

/**
 * Each run takes other ways, so that the compiler is often wrong about what it has inlined and begins again. With half
 * of V8's default it is done with this sooner, and what it makes is not slower.
 */
const INLINES_LESS = '--max-inlined-bytecode-size-cumulative=500';

/** For a thread that runs plans beside others. */
export const RUN_THREAD_MEMORY: ResourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };

/** The flags hold for all threads of this process; V8 reads them at every collection. */
export function collectGarbageInOwnThread(): void {
  setFlagsFromString(COLLECTS_ALONE);
  setFlagsFromString(NOTHING_IS_BORN_OLD);
}

/**
 * For each of so many processes that run plans beside each other. Where there is a core for each but none to spare, V8
 * compiles and collects in the thread that runs: threads of its own would only take the core from another process.
 */
export function runProcessFlags(processes: number): readonly string[] {
  // Three parts: objects are copied between two of them, and the third is for large ones.
  const flags = [`--max-semi-space-size=${YOUNG_GENERATION_MB / 3}`, NOTHING_IS_BORN_OLD, INLINES_LESS];
  return processes < availableParallelism() ? [...flags, COLLECTS_ALONE] : [...flags, '--single-threaded'];
}
