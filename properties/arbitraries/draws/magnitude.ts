import fc from 'fast-check';

const STEPS_PER_OCTAVE = 64;

/**
 * Draws whole numbers in [min, max], both inclusive, uniform over orders of magnitude: 10 to 20 is as likely as 1000
 * to 2000. Shrinks towards `min`. Built from exact doublings, not from a logarithm, so that every machine draws the
 * same number. `min` is at least 1.
 */
export function logUniform(min: number, max: number): fc.Arbitrary<number> {
  let steps = 0;
  while (valueAt(min, steps + 1) <= max) steps++;
  return fc.nat(steps).map((step) => valueAt(min, step));
}

function valueAt(min: number, step: number): number {
  const octave = Math.floor(step / STEPS_PER_OCTAVE);
  const fraction = (step % STEPS_PER_OCTAVE) / STEPS_PER_OCTAVE;
  return Math.floor(min * 2 ** octave * (1 + fraction));
}
