import type { Message } from './connection.ts';

/**
 * A program on a host: a state machine. A request, a response or a timer goes in; what it sends,
 * writes and schedules goes out through its context. It dies without a word: a crash simply drops
 * the object, and a restart builds a new one from what is on the disk.
 */
export interface Process {
  start(): void;
  /** A request has arrived and nothing before it on that connection is unanswered. Answer with `respond`, now or later. */
  onRequest(request: Message): void;
  /** Stop in an orderly way, then call `done`, saying whether the cluster will know that nothing was lost. */
  shutdown(done: (cleanly: boolean) => void): void;
}
