import { keyOf, mix } from '../../impl/simulated/kernel/mix.ts';

/** Draws the next whole number from 0 to `below`, exclusive. */
export type Draw = (below: number) => number;

/** A sequence of draws that depends on its name alone. */
export function drawsOf(name: string): Draw {
  const root = keyOf(name);
  let drawn = 0;
  return (below) => Math.floor(((mix(root, drawn++) >>> 0) / 0x1_0000_0000) * below);
}
