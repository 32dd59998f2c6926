import type { Message } from './connection.ts';

/**
 * A program on a host: a state machine. Requests, responses and timers go in; what it sends, writes and schedules goes
 * out through its context. A crash drops the object without notice, and a restart builds a new one from the disk.
 */
export interface Process {
  start(): void;
  /**
   * Handles a request. All earlier requests on that connection have been answered. Answer with `respond`, now or later.
   */
  onRequest(request: Message): void;
  /** Shuts down in order, then calls `done` with whether the shutdown was clean, which the cluster will know. */
  shutdown(done: (cleanly: boolean) => void): void;
}
