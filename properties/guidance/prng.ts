import { keyOf, mix } from '../../impl/simulated/kernel/mix.ts';

/** The pseudo-random numbers of the search itself, in sequence: a function of the name alone. */
export class Prng {
  readonly #key: number;
  #drawn = 0;

  constructor(name: string) {
    this.#key = mix(keyOf(name), 0x51ed270b);
  }

  /** A whole number from 0 to `below`, exclusive; 0 if there is no such number. */
  below(below: number): number {
    return Math.floor(((mix(this.#key, ++this.#drawn) >>> 0) / 0x1_0000_0000) * Math.max(1, below));
  }

  /** True in `likelihood` cases of a hundred. */
  percent(likelihood: number): boolean {
    return this.below(100) < likelihood;
  }

  /** Draws an element by its weight; undefined if there is none. */
  weighted<T>(from: readonly T[], weightOf: (one: T) => number): T | undefined {
    let total = 0;
    for (const one of from) total += weightOf(one);
    let left = (this.below(0x1_0000_0000) / 0x1_0000_0000) * total;
    for (const one of from) {
      left -= weightOf(one);
      if (left < 0) return one;
    }
    return from.at(-1);
  }
}
