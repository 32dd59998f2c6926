import type { Configuration } from '../../../model/configuration/configuration.ts';
import type { Context } from '../kernel/context.ts';
import { Purpose } from '../catalogue/purposes.ts';

/**
 * The backoff of a client before it retries, in ms: doubling from an initial to a greatest wait, each spread by 20 %
 * either way so that clients do not retry in step (KIP-580), and never above the greatest.
 */
export class RetryBackoff {
  readonly #context: Context;
  readonly #initialMs: number;
  readonly #maxMs: number;

  constructor(context: Context, initialMs: number, maxMs: number) {
    this.#context = context;
    this.#initialMs = Math.min(initialMs, maxMs);
    this.#maxMs = maxMs;
  }

  /** Returns the backoff by `retry.backoff.ms` and `retry.backoff.max.ms`. */
  static of(context: Context, configuration: Configuration): RetryBackoff {
    return new RetryBackoff(
      context,
      configuration['retry.backoff.ms'],
      configuration['retry.backoff.max.ms'],
    );
  }

  /** Returns the delay after `failures` in a row, from 1; `n` separates the draws of failures with one cause. */
  delayMs(failures: number, n: number): number {
    const { world, host } = this.#context;
    const doublings = Math.min(Math.max(0, failures - 1), 50);
    const termMs = Math.min(this.#initialMs * 2 ** doublings, this.#maxMs);
    const perMille = world.draws.between(800, 1200, Purpose.RetryJitter, world.cause, (n << 8) + host.index);
    return Math.min(Math.round((termMs * perMille) / 1000), this.#maxMs);
  }
}
