import { keyOf, mix } from '../../impl/simulated/kernel/mix.ts';

/** Whole numbers below `below`, one after the other, as fixed as their name. */
export type Draw = (below: number) => number;

export function drawsOf(name: string): Draw {
  const root = keyOf(name);
  let drawn = 0;
  return (below) => Math.floor(((mix(root, drawn++) >>> 0) / 0x1_0000_0000) * below);
}
