/** An operation that waits in purgatory until it can complete or its time is up (Kafka's DelayedOperation). */
export interface Delayed {
  /** Completes the operation if it can; called after each change that it may have waited for. */
  tryComplete(): void;
}
