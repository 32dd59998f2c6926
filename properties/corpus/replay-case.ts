/** Whether a saved case shows what it is kept for. */
import type { Plan } from '../../impl/plan/plan.ts';
import { simulate } from '../../impl/simulated/run/simulate.ts';
import { failureClassOf } from '../../impl/result/failure-class.ts';
import { type CorpusCase, caseOf, type Versions } from './corpus-case.ts';
import { fingerprintOf, lostMeaning } from './fingerprint.ts';

/**
 * `as expected`; `fixed`: it should fail, holds, and still means what it did; `fails`: it should hold, or fail in
 * another failure class; `stale`: it holds, and that proves nothing, for it means something else than it did.
 */
export type Outcome = 'as expected' | 'fixed' | 'fails' | 'stale';

export interface Replayed {
  readonly outcome: Outcome;
  /** What there is to say about it, in sentences. */
  readonly notes: readonly string[];
}

export function replayCase({ plan, expected, failureClass, fingerprint }: CorpusCase): Replayed {
  const result = simulate(plan);
  const now = failureClassOf(result);
  if (now !== null) {
    if (expected === 'holds') return { outcome: 'fails', notes: [`it is to hold, and is in ${now}`] };
    if (now !== failureClass)
      return { outcome: 'fails', notes: [`it is to be in ${failureClass ?? 'none'}, and is in ${now}`] };
    const moved = result.hash === fingerprint.hash ? [] : ['in another run than then'];
    return { outcome: 'as expected', notes: moved };
  }
  const lost = lostMeaning(fingerprint, fingerprintOf(plan).fingerprint, expected);
  if (lost.length > 0) return { outcome: 'stale', notes: lost };
  if (expected === 'holds') return { outcome: 'as expected', notes: [] };
  return { outcome: 'fixed', notes: [`it is to be in ${failureClass ?? 'none'}, and holds`] };
}

/** How many seeds are tried to give a plan its meaning back. */
const SEEDS = 200;

/**
 * A stale case with its meaning given back: overridden decisions that address nothing are dropped, and nearby seeds
 * are tried until the plan fails as it did, or, if it is to hold, until all its faults fire again and it gets where
 * it got. Null when none of them does.
 */
export function repairCase(saved: CorpusCase, versions: Versions): CorpusCase | null {
  const { overridesMet } = fingerprintOf(saved.plan).fingerprint;
  const plan = {
    ...saved.plan,
    overrides: saved.plan.overrides.filter(({ message }) => overridesMet.includes(message)),
  };
  for (let attempt = 0; attempt < SEEDS; attempt += 1) {
    const candidate = attempt === 0 ? plan : { ...plan, seed: `${plan.seed}~${attempt}` };
    if (meansTheSame(saved, candidate)) {
      const { expected, failureClass, sentence } = saved;
      const repaired = caseOf(candidate, versions);
      return { ...repaired, expected, failureClass, sentence: repaired.sentence ?? sentence };
    }
  }
  return null;
}

function meansTheSame({ expected, failureClass, fingerprint }: CorpusCase, candidate: Plan): boolean {
  const failsIn = failureClassOf(simulate(candidate));
  if (expected === 'fails') return failsIn === failureClass;
  if (failsIn !== null) return false;
  const { faultsFired, probes } = fingerprintOf(candidate).fingerprint;
  return (
    fingerprint.faultsFired.every((fault) => faultsFired.includes(fault)) &&
    fingerprint.probes.every((probe) => probes.includes(probe))
  );
}
