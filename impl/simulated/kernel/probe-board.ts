import { assert } from '../../assert.ts';

/** An action that waits until a probe has been hit a number of times. */
interface ProbeTrigger {
  readonly probe: number;
  /** The index of the only host whose hits count; null: hits on any host count. */
  readonly host: number | null;
  remaining: number;
  readonly action: () => void;
}

/** Counts the hits of probes and fires what waits for them. */
export class ProbeBoard {
  readonly counts: Float64Array;
  readonly #triggers: ProbeTrigger[] = [];
  #onFirstHit: (probe: number) => void = () => {};

  constructor(probeCount: number) {
    this.counts = new Float64Array(probeCount);
  }

  hit(probe: number): void {
    const before = this.counts[probe];
    assert(before !== undefined, 'the probe is in the catalogue', probe);
    this.counts[probe] = before + 1;
    if (before === 0) this.#onFirstHit(probe);
  }

  /** Calls the listener when a probe is hit for the first time on any host. */
  onFirstHit(listener: (probe: number) => void): void {
    this.#onFirstHit = listener;
  }

  /** Calls `action` once, when the probe has been hit `count` more times on that host, or on any host for null. */
  onHit(probe: number, host: number | null, count: number, action: () => void): void {
    this.#triggers.push({ probe, host, remaining: count, action });
  }

  fireTriggers(probe: number, host: number): void {
    for (let i = this.#triggers.length - 1; i >= 0; i--) {
      const trigger = this.#triggers[i]!;
      if (trigger.probe !== probe || (trigger.host !== null && trigger.host !== host)) continue;
      trigger.remaining--;
      if (trigger.remaining > 0) continue;
      this.#triggers.splice(i, 1);
      trigger.action();
    }
  }

  forgetTriggers(): void {
    this.#triggers.length = 0;
  }
}
