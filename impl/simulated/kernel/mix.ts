/**
 * Mixes two 32-bit integers into one. A counter-based hash has no state, unlike a generator: the draws of one cause never
 * depend on those of another.
 * The constants are the finaliser of MurmurHash3 and the 32-bit golden ratio.
 */
export function mix(a: number, b: number): number {
  let h = a ^ Math.imul(b, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Returns a string's 32-bit key (FNV-1a over UTF-16 units); for names that become keys once, not per event. */
export function keyOf(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h | 0;
}

/** Writes a key as eight hexadecimal digits. */
export function hex(key: number): string {
  return (key >>> 0).toString(16).padStart(8, '0');
}

/** Reads a key that `hex` wrote. */
export function keyFrom(digits: string): number {
  return Number.parseInt(digits, 16) | 0;
}
