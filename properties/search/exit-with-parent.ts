/** What every process does that makes runs for another one. */
import { Worker } from 'node:worker_threads';

/** How soon it ends after its parent, in ms, whatever it is doing. */
const LOOK_EVERY_MS = 500;

/** A run that never ends lets nobody of its own thread know that the parent has died. */
const END_WITH_PARENT = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
  }, ${LOOK_EVERY_MS});
`;

/** Called once, before the first run. */
export function exitWhenParentDies(): void {
  // An interrupt from the keyboard reaches every process of the terminal; what it means is for the one that asked.
  process.on('SIGINT', () => {});
  // It needs nothing: neither the loader of sources, nor room.
  const watch = new Worker(END_WITH_PARENT, {
    eval: true,
    workerData: process.ppid,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
  });
  watch.unref();
}
