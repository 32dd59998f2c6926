/** Replays a saved case, and repairs one that is stale. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { type CorpusCase, caseOf, type Versions } from './corpus-case.ts';
import { fingerprintOf, lostMeaning } from './fingerprint.ts';

/**
 * `fixed`: the plan should fail, passes, and still does what it did. `fails`: the plan should pass, or fail in another
 * class. `stale`: the plan passes, which proves nothing, because it does not do any more what it did.
 */
export type Outcome = 'as expected' | 'fixed' | 'fails' | 'stale';

export interface Replayed {
  readonly outcome: Outcome;
  /** Details of the outcome, in sentences. */
  readonly notes: readonly string[];
}

export function replayCase({ plan, expected, failureClass, fingerprint }: CorpusCase): Replayed {
  const result = simulate(plan);
  const now = failureClassOf(result);
  if (now !== null) {
    if (expected === 'holds') return { outcome: 'fails', notes: [`it should pass, and fails with ${now}`] };
    if (now !== failureClass)
      return {
        outcome: 'fails',
        notes: [`it should fail with ${failureClass ?? 'none'}, and fails with ${now}`],
      };
    const moved = result.hash === fingerprint.hash ? [] : ['the run has another hash than before'];
    return { outcome: 'as expected', notes: moved };
  }
  const lost = lostMeaning(fingerprint, fingerprintOf(plan).fingerprint, expected);
  if (lost.length > 0) return { outcome: 'stale', notes: lost };
  if (expected === 'holds') return { outcome: 'as expected', notes: [] };
  return { outcome: 'fixed', notes: [`it should fail with ${failureClass ?? 'none'}, and passes`] };
}

/** How many seeds are tried to repair a plan. */
const SEEDS = 200;

/**
 * Repairs a stale case: drops overridden decisions that do not occur any more, and tries nearby seeds until the plan
 * fails in its class or, if it must pass, until all its faults fire and all its probes are hit again. Returns null when
 * no seed does that.
 */
export function repairCase(saved: CorpusCase, versions: Versions): CorpusCase | null {
  const { overridesMet } = fingerprintOf(saved.plan).fingerprint;
  const plan = {
    ...saved.plan,
    overrides: saved.plan.overrides.filter(({ message }) => overridesMet.includes(message)),
  };
  for (let attempt = 0; attempt < SEEDS; attempt += 1) {
    const candidate = attempt === 0 ? plan : { ...plan, seed: `${plan.seed}~${attempt}` };
    if (doesTheSame(saved, candidate)) {
      const { expected, failureClass, sentence } = saved;
      const repaired = caseOf(candidate, versions);
      return { ...repaired, expected, failureClass, sentence: repaired.sentence ?? sentence };
    }
  }
  return null;
}

function doesTheSame({ expected, failureClass, fingerprint }: CorpusCase, candidate: Plan): boolean {
  const failsIn = failureClassOf(simulate(candidate));
  if (expected === 'fails') return failsIn === failureClass;
  if (failsIn !== null) return false;
  const { faultsFired, probes } = fingerprintOf(candidate).fingerprint;
  return (
    fingerprint.faultsFired.every((fault) => faultsFired.includes(fault)) &&
    fingerprint.probes.every((probe) => probes.includes(probe))
  );
}
