/**
 * Golden runs: runs whose hashes are committed. A night makes them first. If a hash differs, this is not the
 * kafka-crucible that was tested, or the machine does not run it deterministically.
 */
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { GOLDEN_HASHES } from './golden-hashes.ts';

const SEED = 'golden night';

/** Returns the hash of golden run `index`. */
export function goldenHash(index: number): string {
  return simulate(generatePlan(SEED, index)).hash;
}

/** Returns a sentence for each golden run whose hash is not the committed one. */
export function goldenProblems(): readonly string[] {
  return GOLDEN_HASHES.flatMap((committed, index) => {
    const hash = goldenHash(index);
    if (hash === committed) return [];
    return [`golden run ${index} has the hash ${hash}, and ${committed} was committed`];
  });
}
