import { TimerName } from '../../catalogue/timers.ts';
import type { Context, Timer } from '../../kernel/context.ts';

/**
 * The timeout of a voter's role. Most resets only move the deadline: the timer that runs finds out that there is time
 * left, and sets itself again. A deadline is on the monotonic clock.
 */
export class RoleTimer {
  readonly #context: Context;
  /** A reset to at least so long leaves a timer that runs alone. */
  readonly #usualMs: number;
  readonly #onTimeout: () => void;
  #deadlineMs = 0;
  #timer: Timer | null = null;

  constructor(context: Context, usualMs: number, onTimeout: () => void) {
    this.#context = context;
    this.#usualMs = usualMs;
    this.#onTimeout = onTimeout;
  }

  /** Starts from scratch for a new role; null: the role lasts until an event ends it. */
  start(ms: number | null): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (ms !== null) this.reset(ms);
  }

  reset(ms: number): void {
    this.#deadlineMs = this.#context.monotonicMs() + ms;
    if (this.#timer !== null && ms >= this.#usualMs) return;
    this.#timer?.cancel();
    this.#timer = this.#context.after(ms, TimerName.QuorumRole, this.#onTimer);
  }

  moveDeadline(deadlineMs: number): void {
    this.#deadlineMs = deadlineMs;
  }

  readonly #onTimer = (): void => {
    this.#timer = null;
    const leftMs = this.#deadlineMs - this.#context.monotonicMs();
    if (leftMs > 0) this.#timer = this.#context.after(leftMs, TimerName.QuorumRole, this.#onTimer);
    else this.#onTimeout();
  };
}
