import seedrandom from 'seedrandom';

import { mix } from './mix.ts';

/** What a draw is for. Two purposes never share a value, whatever their causes. Append only: the numbers are part of every saved plan's meaning. */
export const Purpose = {
  Latency: 1,
  LatencyTail: 2,
  PowerLoss: 3,
  TornWrite: 4,
  IncarnationId: 5,
  BootstrapBroker: 6,
  RetryJitter: 7,
  StickyPartition: 8,
  StartDelay: 9,
  ElectionTimeout: 10,
  ElectionBackoff: 11,
  LogDirFailure: 12,
  DirectoryId: 13,
  Priority: 14,
  Round: 15,
  Hold: 16,
  CoordinatorLoad: 20,
  TransactionCompletion: 21,
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/**
 * Randomness keyed by cause (DESIGN: decision 2): a draw is a function of the seed, its purpose
 * and what caused it, so that taking one operation out of a plan leaves the others' draws alone.
 */
export class Draws {
  #root: number;

  constructor(seed: string) {
    this.#root = rootOf(seed);
  }

  /** What is drawn from now on has nothing to do with what the same causes would have drawn before. */
  redraw(seed: string): void {
    this.#root = rootOf(seed);
  }

  /** 32 random bits as an unsigned integer. */
  bits(purpose: Purpose, cause: number, n = 0): number {
    return mix(mix(mix(this.#root, purpose), cause), n) >>> 0;
  }

  /** A whole number in [minInclusive, maxInclusive]. */
  between(minInclusive: number, maxInclusive: number, purpose: Purpose, cause: number, n = 0): number {
    const span = maxInclusive - minInclusive + 1;
    return minInclusive + Math.floor((this.bits(purpose, cause, n) / 0x1_0000_0000) * span);
  }
}

function rootOf(seed: string): number {
  return seedrandom.tychei(seed).int32();
}
