/**
 * A host's clock. The monotonic clock can run fast or slow; the wall clock can also be set.
 * Kafka takes record timestamps, `replica.lag.time.max.ms` and sessions from the wall clock,
 * and its timers from the monotonic one.
 */
export class Clock {
  #anchorWorldUs = 0;
  #anchorLocalUs = 0;
  #driftPpm = 0;
  #rate = 1;
  #offsetUs = 0;

  monotonicMs(worldUs: number): number {
    return Math.floor(this.#localUs(worldUs) / 1000);
  }

  wallMs(worldUs: number): number {
    return Math.floor((this.#localUs(worldUs) + this.#offsetUs) / 1000);
  }

  /** Returns how long a local delay takes in virtual time, in microseconds, at the present rate. */
  worldDelayUs(localMs: number): number {
    return this.#rate === 1 ? Math.round(localMs * 1000) : Math.round((localMs * 1000) / this.#rate);
  }

  /** Makes the clock run faster by so many parts per million (slower, if negative) than it does. */
  drift(ppm: number, worldUs: number): void {
    this.#anchorLocalUs = this.#localUs(worldUs);
    this.#anchorWorldUs = worldUs;
    this.#driftPpm += ppm;
    // Time goes forward, however many drifts overlap.
    this.#rate = Math.max(0.5, 1 + this.#driftPpm / 1_000_000);
  }

  jump(ms: number): void {
    this.#offsetUs += ms * 1000;
  }

  #localUs(worldUs: number): number {
    return this.#anchorLocalUs + (worldUs - this.#anchorWorldUs) * this.#rate;
  }
}
