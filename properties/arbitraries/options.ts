/** The options of the generators. What a user does not fix is drawn. */
import {
  COORDINATOR_SCENARIOS,
  type CoordinatorScenario,
  type Defect,
  PRODUCER_SCENARIOS,
  type ProducerScenario,
  type DirectedScenario,
  TRANSACTION_SCENARIOS,
  type TransactionScenario,
} from '../../impl/simulated/defects/defect.ts';
import { findDefect } from '../../impl/simulated/defects/index.ts';
import { PROBE_NAMES } from '../../impl/simulated/catalogue/probes.ts';
import type { Fault, Plan } from '../../impl/plan/plan.ts';
import { CRUCIBLE_DEFAULTS, resolveConfiguration } from '../../model/configuration/configuration.ts';
import { promisedBy } from '../../model/contract/contract.ts';
import type { GuaranteeId } from '../../model/guarantee.ts';
import { GUARANTEE_IDS } from '../../model/guarantee.ts';

export type FaultKind = Fault['kind'];

export const FAULT_KINDS = [
  'crash',
  'power-loss',
  'disk-loss',
  'shutdown',
  'pause',
  'partition',
  'message',
  'break-connections',
  'slow-link',
  'clock',
  'file-loss',
  'disk-error',
] as const satisfies readonly FaultKind[];

/**
 * `swarm`: aimed at where bugs are known to lie, with some kinds switched off in every run. `uniform`: aimed at
 * nothing.
 */
export const DRAWINGS = ['swarm', 'uniform'] as const;
export type Drawing = (typeof DRAWINGS)[number];

export interface PlanOptions {
  /** Default: `swarm`. */
  readonly drawing?: Drawing;
  /** Kafka properties that every plan has as given here; no draw overrides them. */
  readonly configuration?: Readonly<Plan['configuration']>;
  /** Slugs of historical bugs to re-introduce. Default: none. */
  readonly defects?: readonly string[];
  /**
   * Guarantees to check whatever the configuration is, unless only a drawn setting gives them up. Default: see
   * `expectedByDefault`.
   */
  readonly expect?: readonly GuaranteeId[];
  /** Default 3, or as many as the replication factor needs. */
  readonly brokers?: number;
  /** The number of operations of a plan, both inclusive. Default 30 to 90. */
  readonly operations?: { readonly min: number; readonly max: number };
  /** Kinds of faults allowed; an empty list means runs without faults. Default: all. */
  readonly faults?: readonly FaultKind[];
  /** The greatest number of faults of a plan. Default 8. */
  readonly maxFaults?: number;
  /** Probes at which faults may fire. Default: the whole catalogue. */
  readonly probes?: readonly string[];
  /** The number of controllers. Default: one in half of the plans, else three, or five now and then. */
  readonly controllers?: Plan['cluster']['controllers'];
  /** Whether controllers run in broker processes. Default: in a quarter of the plans with a quorum. */
  readonly combined?: boolean;
  /**
   * Whether controllers may fail. Default: those of a quorum may; a single controller may only pause, because while
   * it is down nothing can be decided.
   */
  readonly controllerFaults?: boolean;
  /** Whether clients may ask for unclean elections. Default false: such an election loses records by design. */
  readonly uncleanElections?: boolean;
  /**
   * Whether there are transactional producers. Default: in some plans. With historical bugs: in all plans if one of
   * the bugs is about transactions, else in none. Never without idempotence.
   */
  readonly transactions?: 'always' | 'sometimes' | 'never';
  /**
   * The scenario that a producer meets in every plan that has one. Default: the one that the historical bugs need.
   * Null: none.
   */
  readonly directedScenario?: DirectedScenario | null;
}

export interface ResolvedOptions extends Required<
  Omit<PlanOptions, 'controllers' | 'combined' | 'controllerFaults' | 'directedScenario'>
> {
  /** Null: drawn. */
  readonly controllers: Plan['cluster']['controllers'] | null;
  /** Null: drawn. */
  readonly combined: boolean | null;
  /** Null: in a quorum. */
  readonly controllerFaults: boolean | null;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  /** The guarantees of the configuration before anything is drawn. */
  readonly promised: ReadonlySet<GuaranteeId>;
  /**
   * The scenario of a producer, of its transactions or of their coordinator that a historical bug needs; null: none.
   */
  readonly producerScenario: ProducerScenario | null;
  readonly transactionScenario: TransactionScenario | null;
  readonly coordinatorScenario: CoordinatorScenario | null;
}

/**
 * The guarantees to check by default: all, so that a search shows what a weak configuration costs.
 * `idempotent-producer` is among them only if the configuration itself switches idempotence off. Many other settings,
 * such as `acks=1`, switch it off silently, and their own cost is of more interest. Where idempotence is on, the
 * contract decides.
 */
export function expectedByDefault(configuration: Readonly<Plan['configuration']>): readonly GuaranteeId[] {
  const tooManyInFlight = Number(configuration['max.in.flight.requests.per.connection'] ?? 0) > 5;
  const without = tooManyInFlight || String(configuration['enable.idempotence']) === 'false';
  return without ? GUARANTEE_IDS : GUARANTEE_IDS.filter((id) => id !== 'idempotent-producer');
}

/**
 * Without `atomic-transactions` in a search for a bug of transaction version 1: that version does not guarantee it.
 */
function expectedOf(
  given: Readonly<Plan['configuration']>,
  slugs: readonly string[],
): readonly GuaranteeId[] {
  const expected = [...new Set([...expectedByDefault(given), ...(neededBy(slugs, 'expect') ?? [])])];
  const firstVersion = slugs.length > 0 && Number(given['transaction.version'] ?? 2) < 2;
  return firstVersion ? expected.filter((id) => id !== 'atomic-transactions') : expected;
}

function transactionsFor(slugs: readonly string[]): 'always' | 'sometimes' | 'never' {
  if (slugs.length === 0) return 'sometimes';
  return slugs.some((slug) => findDefect(slug)?.needs?.transactions === true) ? 'always' : 'never';
}

function oneOf<S extends DirectedScenario>(
  scenarios: readonly S[],
  directedScenario: DirectedScenario | null,
): S | null {
  return scenarios.find((each) => each === directedScenario) ?? null;
}

/** The properties that the historical bugs need. */
function settingsFor(slugs: readonly string[]): Plan['configuration'] {
  return Object.assign({}, ...slugs.map((slug) => findDefect(slug)?.needs?.configuration ?? {}));
}

/** The requirement of the first historical bug that has one. */
function neededBy<K extends keyof Needs>(slugs: readonly string[], what: K): Needs[K] | undefined {
  for (const slug of slugs) {
    const needed = findDefect(slug)?.needs?.[what];
    if (needed !== undefined) return needed;
  }
  return undefined;
}

type Needs = NonNullable<Defect['needs']>;

/**
 * @throws ConfigurationError if the configuration is invalid.
 * @throws RangeError if there are too few brokers for it, or `operations` is an empty range.
 */
export function resolveOptions(options: PlanOptions): ResolvedOptions {
  const slugs = options.defects ?? [];
  const given = { ...settingsFor(slugs), ...options.configuration };
  const fewBrokers = Math.min(CRUCIBLE_DEFAULTS['default.replication.factor'], options.brokers ?? 3);
  const configuration = { ...CRUCIBLE_DEFAULTS, 'default.replication.factor': fewBrokers, ...given };
  const resolved = resolveConfiguration(configuration);
  const replicationFactor = resolved['default.replication.factor'];
  const brokers = options.brokers ?? Math.max(3, replicationFactor);
  const operations = options.operations ?? { min: 30, max: 90 };
  if (replicationFactor > brokers) {
    throw new RangeError(`${replicationFactor} replicas of a partition need as many brokers, not ${brokers}`);
  }
  if (operations.min > operations.max) {
    throw new RangeError(`${operations.min} to ${operations.max} operations is no range`);
  }
  const drawing = options.drawing ?? 'swarm';
  const directedScenario =
    drawing === 'uniform' ? null : (options.directedScenario ?? neededBy(slugs, 'directedScenario') ?? null);
  return {
    drawing,
    configuration,
    defects: slugs,
    expect: options.expect ?? expectedOf(given, slugs),
    brokers,
    operations,
    faults: options.faults ?? FAULT_KINDS,
    maxFaults: options.maxFaults ?? 8,
    probes: options.probes ?? PROBE_NAMES,
    controllers: options.controllers ?? neededBy(slugs, 'controllers') ?? null,
    combined: options.combined ?? null,
    controllerFaults: options.controllerFaults ?? null,
    uncleanElections: options.uncleanElections ?? false,
    transactions: resolved['enable.idempotence'] ? (options.transactions ?? transactionsFor(slugs)) : 'never',
    replicationFactor,
    producerScenario: oneOf(PRODUCER_SCENARIOS, directedScenario),
    transactionScenario: oneOf(TRANSACTION_SCENARIOS, directedScenario),
    coordinatorScenario: oneOf(COORDINATOR_SCENARIOS, directedScenario),
    minInsyncReplicas: Math.min(resolved['min.insync.replicas'], replicationFactor),
    promised: promisedBy(resolved),
  };
}
