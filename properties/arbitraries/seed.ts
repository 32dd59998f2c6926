/** From names to seeds: every part of every plan of a campaign has a seed of its own. */
import { keyOf, mix } from '../../impl/simulated/kernel/mix.ts';

/** A signed 32-bit seed, which is all that fast-check takes, from any string. */
export function seedFrom(name: string): number {
  return mix(keyOf(name), 0);
}

/** The seed under which plan number `index` of a campaign runs. */
export function planSeed(campaignSeed: string, index: number): string {
  return `${campaignSeed}:${index}`;
}
