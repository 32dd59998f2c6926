/** The set-up of a process that makes runs for a parent process. */
import { Worker } from 'node:worker_threads';

/** The process ends at most this many milliseconds after its parent, even in the middle of a run. */
const CHECK_INTERVAL_MS = 500;

/** Runs in a thread of its own, because a run that never ends blocks the main thread. */
const END_WITH_PARENT = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
  }, ${CHECK_INTERVAL_MS});
`;

/** Ends this process when its parent dies, and ignores keyboard interrupts. Called once, before the first run. */
export function exitWhenParentDies(): void {
  // Ctrl-C reaches every process of the terminal; only the parent decides what it means.
  process.on('SIGINT', () => {});
  // The thread needs neither the loader of sources nor memory.
  const watch = new Worker(END_WITH_PARENT, {
    eval: true,
    workerData: process.ppid,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
  });
  watch.unref();
}
