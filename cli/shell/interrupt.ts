/** `timeout` sends its signal to the process, and then to its group: no user interrupts a second time so soon. */
const SAME_INTERRUPT_MS = 500;

/**
 * Ctrl-C, and what a scheduler sends to end a job: the first one asks for an orderly end, the second one
 * ends at once.
 */
export function interruptSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstMs = -Infinity;
  const interrupt = (): void => {
    if (performance.now() - firstMs < SAME_INTERRUPT_MS) return;
    if (controller.signal.aborted) {
      process.stderr.write('\nInterrupted twice: ended at once. What was written until now stands.\n');
      process.exit(130);
    }
    firstMs = performance.now();
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}
