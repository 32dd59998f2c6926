/** Where a search should come to, and whether it did. */
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

/** Probes to which no plan with these options comes. */
export function outOfReach(options: PlanOptions): readonly ProbeName[] {
  const { transactions, configuration } = resolveOptions(options);
  const idempotent = resolveConfiguration(configuration)['enable.idempotence'];
  return PROBE_NAMES.filter(
    (name) =>
      (transactions === 'never' && isAboutTransactions(name)) || (!idempotent && ABOUT_IDEMPOTENCE.has(name)),
  );
}

/** Probes that a search with these options should have reached, and has not. */
export function neverReached(
  hits: Readonly<Record<string, number>>,
  runs: number,
  options: PlanOptions,
): readonly ProbeName[] {
  const excused = new Set(outOfReach(options));
  return expectedAfter(runs).filter((name) => (hits[name] ?? 0) === 0 && !excused.has(name));
}
