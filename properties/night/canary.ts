/**
 * A canary: a known bug is planted now and then, and the search must detect it. Otherwise finding nothing proves
 * nothing. A canary goes the way of every other run: generated, run by a worker, checked, and sent back.
 */
import { defects } from '../../impl/simulated/defects/index.ts';
import type { WorkerPool } from '../search/worker-pool.ts';

export interface Canaries {
  /** Plans in which the known bug was planted. */
  readonly planted: number;
  /** Planted bugs that were detected. */
  readonly found: number;
  /** How many were planted since the last one that was detected. */
  readonly plantedSinceFound: number;
}

/** Truncation to the high watermark, as before KIP-101: about every second plan shows it. */
export const CANARY_DEFECT = 'truncate_to_hw_divergence';

/** This many missed canaries in a row are not chance. */
export const MISSED_CANARIES_LIMIT = 20;

/** One canary in this many runs. */
export const CANARY_EVERY = 250;

export class CanaryKeeper {
  readonly #pool: WorkerPool;
  readonly #campaignSeed: string;
  readonly #every: number;
  #runs = 0;
  #next: number;
  #sinceFound: number;
  #fresh = { planted: 0, found: 0 };
  readonly #inFlight = new Set<Promise<void>>();

  /** @param before the canaries that were planted before the night was cut off */
  constructor(pool: WorkerPool, campaignSeed: string, before: Canaries, every = CANARY_EVERY) {
    if (!defects.some(({ slug }) => slug === CANARY_DEFECT))
      throw new Error(`there is no defect ${CANARY_DEFECT}`);
    this.#pool = pool;
    this.#campaignSeed = `${campaignSeed} canary`;
    this.#every = every;
    this.#next = before.planted;
    this.#sinceFound = before.plantedSinceFound;
  }

  /** Plants the canaries that are due after this many more runs. */
  after(runs: number): void {
    this.#runs += runs;
    while (this.#runs >= this.#every) {
      this.#runs -= this.#every;
      const planted = this.#plant(this.#next);
      this.#next += 1;
      this.#inFlight.add(planted);
      void planted.finally(() => this.#inFlight.delete(planted));
    }
  }

  /** Returns the canaries since the last call. */
  take(): Canaries {
    const { planted, found } = this.#fresh;
    this.#fresh = { planted: 0, found: 0 };
    return { planted, found, plantedSinceFound: this.#sinceFound };
  }

  /** Waits for canaries in flight, and plants more until one is detected or too many were missed. */
  async settle(): Promise<void> {
    await Promise.all(this.#inFlight);
    while ((this.#next === 0 || this.#sinceFound > 0) && this.#sinceFound < MISSED_CANARIES_LIMIT) {
      await this.#plant(this.#next);
      this.#next += 1;
    }
  }

  async #plant(index: number): Promise<void> {
    const chunk = { campaignSeed: this.#campaignSeed, options: { defects: [CANARY_DEFECT] }, first: index };
    // A canary that could not be run because the night is over does not count as planted.
    const result = await this.#pool.run({ ...chunk, count: 1, stopAtFailure: true }).catch(() => null);
    // The pool is closed: no more canaries will be planted.
    if (result === null) return;
    const found = result.failures.some(({ kind }) => kind === 'violation');
    this.#fresh.planted += 1;
    this.#fresh.found += found ? 1 : 0;
    this.#sinceFound = found ? 0 : this.#sinceFound + 1;
  }
}
