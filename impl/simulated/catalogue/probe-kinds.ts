/**
 * How often searches reach the probes. Measured over 5,000 drawn plans with the default configuration: a `common` probe is
 * reached by one plan in fifty or more, a `rare` one by fewer, and a `special` one by none, because it needs something
 * that such a plan never has. A probe in neither list is common, and the tests must reach it (`probe-kinds.test.ts`).
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

/** The condition that each special probe needs. */
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

/** The number of runs after which a search that has not reached a probe of the kind has become weaker; chance does not explain it. */
const RUNS_ENOUGH: Readonly<Record<Exclude<ProbeKind, 'special'>, number>> = { common: 1_000, rare: 50_000 };

/** Returns the probes that so many runs should have reached. The rare ones come first: a long search is for them. */
export function expectedAfter(runs: number): readonly ProbeName[] {
  return (['rare', 'common'] as const).flatMap((kind) =>
    runs < RUNS_ENOUGH[kind] ? [] : PROBE_NAMES.filter((name) => kindOf(name) === kind),
  );
}
