/**
 * A known bug, put back now and then: it must be found, so that a night that finds nothing else can be believed.
 * It goes the same way as every other run: drawn, run by a worker, judged, and sent back.
 */
import { defects } from '../../impl/simulated/defects/index.ts';
import type { WorkerPool } from '../search/worker-pool.ts';

export interface Canaries {
  /** Plans into which a known bug was put back. */
  readonly planted: number;
  /** Those that were caught. */
  readonly found: number;
  /** How many were planted since the last one that was caught. */
  readonly plantedSinceFound: number;
}

/** KIP-101 before it was: every second plan or so shows it. */
export const CANARY_DEFECT = 'truncate_to_hw_divergence';

/** So many in a row that go unnoticed are no bad luck. */
export const MISSED_CANARIES_LIMIT = 20;

/** One canary in so many runs. */
export const CANARY_EVERY = 250;

export class CanaryKeeper {
  readonly #pool: WorkerPool;
  readonly #campaignSeed: string;
  readonly #every: number;
  #runs = 0;
  #next: number;
  #sinceFound: number;
  #fresh = { planted: 0, found: 0 };
  readonly #underWay = new Set<Promise<void>>();

  /** `before` is what was planted before the night was cut off. */
  constructor(pool: WorkerPool, campaignSeed: string, before: Canaries, every = CANARY_EVERY) {
    if (!defects.some(({ slug }) => slug === CANARY_DEFECT)) throw new Error('the canary has died');
    this.#pool = pool;
    this.#campaignSeed = `${campaignSeed} canary`;
    this.#every = every;
    this.#next = before.planted;
    this.#sinceFound = before.plantedSinceFound;
  }

  /** Plants what is due after so many more runs. */
  after(runs: number): void {
    this.#runs += runs;
    while (this.#runs >= this.#every) {
      this.#runs -= this.#every;
      const planted = this.#plant(this.#next);
      this.#next += 1;
      this.#underWay.add(planted);
      void planted.finally(() => this.#underWay.delete(planted));
    }
  }

  /** What has become of canaries since this was last asked. */
  take(): Canaries {
    const { planted, found } = this.#fresh;
    this.#fresh = { planted: 0, found: 0 };
    return { planted, found, plantedSinceFound: this.#sinceFound };
  }

  /** Waits for those that are still being run, and does not rest before one was found, or too many were not. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
    while ((this.#next === 0 || this.#sinceFound > 0) && this.#sinceFound < MISSED_CANARIES_LIMIT) {
      await this.#plant(this.#next);
      this.#next += 1;
    }
  }

  async #plant(index: number): Promise<void> {
    const chunk = { campaignSeed: this.#campaignSeed, options: { defects: [CANARY_DEFECT] }, first: index };
    // One that could not be run because the night is over was never planted.
    const result = await this.#pool.run({ ...chunk, count: 1, stopAtFailure: true }).catch(() => null);
    // The pool is gone: nobody will plant any more.
    if (result === null) return;
    const found = result.failures.some(({ kind }) => kind === 'violation');
    this.#fresh.planted += 1;
    this.#fresh.found += found ? 1 : 0;
    this.#sinceFound = found ? 0 : this.#sinceFound + 1;
  }
}
