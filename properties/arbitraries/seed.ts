/** Turns names into seeds: every part of every plan of a campaign has its own seed. */
import { keyOf, mix } from '../../impl/simulated/kernel/mix.ts';

/** Turns any string into a signed 32-bit seed, as fast-check takes it. */
export function seedFrom(name: string): number {
  return mix(keyOf(name), 0);
}

/** The seed of plan number `index` of a campaign. */
export function planSeed(campaignSeed: string, index: number): string {
  return `${campaignSeed}:${index}`;
}
