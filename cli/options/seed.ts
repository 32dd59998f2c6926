import { randomBytes } from 'node:crypto';

/** A seed to search with when none is given: short enough to be read out on the telephone. */
export function randomSeed(): string {
  return randomBytes(5).toString('hex');
}
