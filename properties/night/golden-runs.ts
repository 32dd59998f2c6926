/**
 * Runs whose hashes are committed. A night makes them first: where they come out differently, this is another
 * kafka-crucible than the one that was tested, or a machine on which runs are not what they are elsewhere.
 */
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { generatePlan } from '../arbitraries/generate.ts';
import { GOLDEN_HASHES } from './golden-hashes.ts';

const SEED = 'golden night';

/** Run `index` of the golden ones. */
export function goldenHash(index: number): string {
  return simulate(generatePlan(SEED, index)).hash;
}

/** What is not as it was committed, in sentences. */
export function goldenProblems(): readonly string[] {
  return GOLDEN_HASHES.flatMap((committed, index) => {
    const hash = goldenHash(index);
    if (hash === committed) return [];
    return [`golden run ${index} has the hash ${hash}, and ${committed} was committed`];
  });
}
