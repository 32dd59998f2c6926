/**
 * How often searches come to the probes. Measured over 5,000 drawn plans with the default configuration: a
 * `common` probe is reached by one in fifty of them or more, a `rare` one by fewer, and a `special` one by none,
 * for it needs what such a plan never has. A probe that stands in neither list is common, and has to be reached
 * when the tests run (`probe-kinds.test.ts`).
 */
import { PROBE_NAMES, type ProbeName } from './probes.ts';

export type ProbeKind = 'common' | 'rare' | 'special';

const RARE: ReadonlySet<string> = new Set<ProbeName>([
  'consumer-truncation-detected',
  'log-of-other-topic-deleted',
  'log-dir-offline',
  'replica-lost-its-directory',
  'transactional-id-expired',
  'unstable-offset-withheld',
  'transaction-markers-given-up',
  'producer-expired',
]);

/** What each of them needs. */
export const SPECIAL: Readonly<Partial<Record<ProbeName, string>>> = {
  'unclean-leader-elected': 'unclean.leader.election.enable=true, or an admin who asks for such an election',
  'not-enough-replicas-after-append':
    'a high watermark that moves below min.insync.replicas: the defect hw_advances_below_min_isr (KAFKA-15583)',
  'replica-fetch-failed': 'a leader whose records do not continue the log of its follower: a wrong rule',
};

export function kindOf(probe: ProbeName): ProbeKind {
  if (Object.hasOwn(SPECIAL, probe)) return 'special';
  return RARE.has(probe) ? 'rare' : 'common';
}

/** A search of so many runs that has not come to such a probe is not what it was: luck alone is no excuse. */
const RUNS_ENOUGH: Readonly<Record<Exclude<ProbeKind, 'special'>, number>> = { common: 1_000, rare: 50_000 };

/** The probes that so many runs should have reached, the rare ones first: they are what a long search is for. */
export function expectedAfter(runs: number): readonly ProbeName[] {
  return (['rare', 'common'] as const).flatMap((kind) =>
    runs < RUNS_ENOUGH[kind] ? [] : PROBE_NAMES.filter((name) => kindOf(name) === kind),
  );
}
