import seedrandom from 'seedrandom';

import { mix } from './mix.ts';

/**
 * What the kernel draws for. The program under simulation has purposes of its own, with other numbers: two purposes never
 * share a value, whatever their causes. Append only: the numbers are part of every saved plan's meaning.
 */
export const KernelPurpose = {
  Latency: 1,
  LatencyTail: 2,
  PowerLoss: 3,
  TornWrite: 4,
  Priority: 14,
  Round: 15,
  Hold: 16,
} as const;

/**
 * Randomness keyed by cause (DESIGN: decision 2): a draw is a function of the seed, its purpose
 * and what caused it, so that removing one operation from a plan does not change the draws of the others.
 */
export class Draws {
  #root: number;

  constructor(seed: string) {
    this.#root = rootOf(seed);
  }

  /** From now on the same causes draw other values. */
  redraw(seed: string): void {
    this.#root = rootOf(seed);
  }

  /** 32 random bits as an unsigned integer. */
  bits(purpose: number, cause: number, n = 0): number {
    return mix(mix(mix(this.#root, purpose), cause), n) >>> 0;
  }

  /** A whole number in [minInclusive, maxInclusive]. */
  between(minInclusive: number, maxInclusive: number, purpose: number, cause: number, n = 0): number {
    const span = maxInclusive - minInclusive + 1;
    return minInclusive + Math.floor((this.bits(purpose, cause, n) / 0x1_0000_0000) * span);
  }
}

function rootOf(seed: string): number {
  return seedrandom.tychei(seed).int32();
}
