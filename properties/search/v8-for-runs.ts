/** V8 settings for a process or thread that only makes runs: a run's allocations die with the run, the code stays. */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/**
 * The size of a young generation (MB) that holds a run of the usual length. In V8's default of 48 MB the live objects of
 * a run are copied several times and then promoted to the old generation.
 */
const YOUNG_GENERATION_MB = 96;

/**
 * V8 would allocate objects of a call site directly in the old generation once objects from there survived a few
 * collections. In the next run they die young, and collecting the old generation is expensive.
 */
const NO_PRETENURING = '--no-allocation-site-pretenuring';

/**
 * One thread collects garbage. V8 would collect a young generation with as many threads as there are cores, which are
 * busy with runs of their own.
 */
const NO_PARALLEL_SCAVENGE = '--no-parallel-scavenge';

/**
 * Each run takes other branches, so that the compiler often deoptimises inlined code and starts over. With half of V8's
 * default it settles sooner, and the resulting code is not slower.
 */
const LESS_INLINING = '--max-inlined-bytecode-size-cumulative=500';

/** For a thread that runs plans beside others. */
export const RUN_THREAD_MEMORY: ResourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };

/** Sets the flags for all threads of this process; V8 reads them at every collection. */
export function collectGarbageInOwnThread(): void {
  setFlagsFromString(NO_PARALLEL_SCAVENGE);
  setFlagsFromString(NO_PRETENURING);
}

/**
 * Returns the flags for each of `processes` processes that run plans in parallel. If every core has a process, V8
 * compiles and collects in the running thread, because threads of its own would take the core from another process.
 */
export function runProcessFlags(processes: number): readonly string[] {
  // A young generation has three parts: two semi-spaces between which objects are copied, and one for large objects.
  const flags = [`--max-semi-space-size=${YOUNG_GENERATION_MB / 3}`, NO_PRETENURING, LESS_INLINING];
  return processes < availableParallelism()
    ? [...flags, NO_PARALLEL_SCAVENGE]
    : [...flags, '--single-threaded'];
}
