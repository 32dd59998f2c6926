/** The probes that a search should reach, and those that it did not. */
import { expectedAfter } from '../../impl/simulated/catalogue/probe-kinds.ts';
import { isAboutTransactions, PROBE_NAMES, type ProbeName } from '../../impl/simulated/catalogue/probes.ts';
import { type PlanOptions, resolveOptions } from '../arbitraries/options.ts';
import { resolveConfiguration } from '../../model/configuration/configuration.ts';

/** Reached only by producers with an id (KIP-98). */
const ABOUT_IDEMPOTENCE: ReadonlySet<ProbeName> = new Set<ProbeName>([
  'duplicate-batch-found',
  'producer-batch-refused',
  'producer-ids-allocated',
  'producer-epoch-bumped',
  'sequence-unresolved',
]);

/** Returns the probes that no plan with these options can reach. */
export function outOfReach(options: PlanOptions): readonly ProbeName[] {
  const { transactions, configuration } = resolveOptions(options);
  const idempotent = resolveConfiguration(configuration)['enable.idempotence'];
  return PROBE_NAMES.filter(
    (name) =>
      (transactions === 'never' && isAboutTransactions(name)) || (!idempotent && ABOUT_IDEMPOTENCE.has(name)),
  );
}

/** Returns the probes that this many runs with these options should have reached, and did not. */
export function neverReached(
  hits: Readonly<Record<string, number>>,
  runs: number,
  options: PlanOptions,
): readonly ProbeName[] {
  const excused = new Set(outOfReach(options));
  return expectedAfter(runs).filter((name) => (hits[name] ?? 0) === 0 && !excused.has(name));
}
