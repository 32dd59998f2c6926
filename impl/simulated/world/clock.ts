/**
 * A host's clock. The monotonic clock can run fast or slow; the wall clock can also be set.
 * Kafka takes record timestamps, `replica.lag.time.max.ms` and sessions from the wall clock,
 * and its timers from the monotonic one.
 */
export class Clock {
  #anchorWorldUs = 0;
  #anchorLocalUs = 0;
  #rate = 1;
  #offsetUs = 0;

  monotonicMs(worldUs: number): number {
    return Math.floor(this.#localUs(worldUs) / 1000);
  }

  wallMs(worldUs: number): number {
    return Math.floor((this.#localUs(worldUs) + this.#offsetUs) / 1000);
  }

  /** How long a local delay takes in the world, in microseconds, at the present rate. */
  worldDelayUs(localMs: number): number {
    return this.#rate === 1 ? Math.round(localMs * 1000) : Math.round((localMs * 1000) / this.#rate);
  }

  /** Positive: the clock runs fast. */
  drift(ppm: number, worldUs: number): void {
    this.#anchorLocalUs = this.#localUs(worldUs);
    this.#anchorWorldUs = worldUs;
    this.#rate = 1 + ppm / 1_000_000;
  }

  jump(ms: number): void {
    this.#offsetUs += ms * 1000;
  }

  #localUs(worldUs: number): number {
    return this.#anchorLocalUs + (worldUs - this.#anchorWorldUs) * this.#rate;
  }
}
