/** Puts the drawn parts of a plan together. */
import { type Plan, PLAN_FORMAT, PLAN_VERSION } from '../../impl/plan/plan.ts';
import { isAboutTransactions } from '../../impl/simulated/catalogue/probes.ts';
import { resolveConfiguration } from '../../model/configuration/configuration.ts';
import { promisedBy } from '../../model/contract/contract.ts';
import type { GuaranteeId } from '../../model/guarantee.ts';
import { reconcile } from './cluster/configuration-overrides.ts';
import { expirySettings } from './cluster/expiry-settings.ts';
import { ADMIN } from './cluster/participants.ts';
import { combine, quorumSettings } from './cluster/quorum.ts';
import { withRacks } from './cluster/racks.ts';
import { retentionSettings } from './cluster/retention.ts';
import { resolveSchedule } from './cluster/schedule.ts';
import { type ProducerScenarioParts, resolveProducerScenario } from './directed/producer-scenarios.ts';
import {
  resolveTransactionScenario,
  type TransactionScenarioParts,
} from './directed/transaction-scenarios.ts';
import type { UnnumberedFault } from './draws/bodies.ts';
import { pick } from './draws/pick.ts';
import { resolveWhen } from './draws/timeline.ts';
import { resolveBurst } from './faults/bursts.ts';
import type { FaultRecipe, FaultTargets } from './faults/fault-recipe.ts';
import { faultTargetsOf, kindsIn, resolveFault, triggerOf } from './faults/faults.ts';
import { resolveIncident } from './faults/incidents.ts';
import type { IncidentStep } from './faults/incidents/incident.ts';
import type { ResolvedOptions } from './options.ts';
import type { Parts } from './parts.ts';
import { operationId, PlanBuilder } from './plan-builder.ts';
import { resolveDisturbances } from './workload/disturbances.ts';
import {
  hasTransactions,
  type TransactionsRecipe,
  withCoordinatorScenario,
} from './workload/transaction-recipe.ts';
import { transactionSettings } from './workload/transaction-settings.ts';
import { type ClientTimeouts, withTransactionalClients } from './workload/transactional-clients.ts';
import { resolveTransactions } from './workload/transactions.ts';
import { resolveWorkload } from './workload/workload.ts';

/** The parts of a plan and all that they refer to, before operations and faults are numbered. */
interface Draft {
  readonly parts: Parts;
  readonly options: ResolvedOptions;
  readonly brokers: readonly string[];
  readonly controllers: readonly string[];
  readonly targets: FaultTargets;
  /** Null: the plan has no transactions. */
  readonly transactions: TransactionsRecipe | null;
  readonly timeouts: ClientTimeouts;
}

/** A pure function of its arguments. */
export function assemble(parts: Parts, options: ResolvedOptions, seed: string): Plan {
  const { participants, timeline } = parts;
  const builder = new PlanBuilder({
    operations: options.operations.max,
    faults: options.maxFaults,
    faultKinds: options.faults,
  });
  const brokers = numbered('broker', options.brokers);
  const controllers = numbered('controller', parts.quorum.controllers);
  const recipe = withCoordinatorScenario(parts.transactions, options);
  const transactions = hasTransactions(recipe, options) ? recipe : null;
  const timeouts = timeoutsIn({ ...parts.configurationOverrides, ...options.configuration });
  const usualClients =
    transactions === null ? participants.clients : withTransactionalClients(transactions, participants);
  const transactionScenario = resolveTransactionScenario(
    transactions === null ? null : parts.transactionScenario,
    usualClients,
    participants,
    timeline,
    brokers,
    timeouts,
  );
  const clients = [...transactionScenario.clients, ...usualClients];
  const dataClients = clients.map(({ name }) => name).filter((name) => name !== ADMIN);
  const targets = {
    ...faultTargetsOf(parts.swarm, brokers, controllers, dataClients, options, parts.quorum.combined),
    logDirs: parts.logDirs,
  };
  const draft: Draft = { parts, options, brokers, controllers, targets, transactions, timeouts };
  const producerScenario = resolveProducerScenario(
    options.producerScenario,
    parts.producerScenario,
    participants,
    timeline,
    targets,
  );
  const settings = settingsOf(draft);
  const incidents = incidentsOf(draft, reconcile(settings, options.configuration));
  const configuration = reconcile(
    { ...settings, ...settingsOfIncidents(incidents), ...producerScenario.settings },
    options.configuration,
  );

  addProducerScenario(builder, producerScenario);
  addTransactionScenario(builder, transactionScenario);
  builder.addTopics(participants.topics);
  builder.addClients(clients);
  addIncidents(builder, draft, incidents);
  addBursts(builder, draft);
  addLoneFaults(builder, draft);
  addTransactions(builder, draft);
  builder.addNumbered('workload', resolveWorkload(parts.workload, participants, timeline, options));

  const plan = builder.build({
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed,
    cluster: {
      brokers: options.brokers,
      controllers: parts.quorum.controllers,
      ...(parts.logDirs > 1 ? { logDirs: parts.logDirs } : {}),
    },
    configuration,
    expect: expectedOf(configuration, options),
    defects: [...options.defects],
    schedule: resolveSchedule(parts.schedule, parts.strategy, brokers, [
      ...brokers,
      ...controllers,
      ...dataClients,
    ]),
    overrides: [],
    ...(targets.outsideCore.length === 0 ? {} : { outsideCore: [...targets.outsideCore] }),
  });
  return withRacks(parts.quorum.combined ? combine(plan, options.faults) : plan, parts.racks);
}

function numbered(role: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
}

/** The drawn configuration, without the settings of incidents and scenarios. */
function settingsOf({ parts, options, transactions }: Draft): Plan['configuration'] {
  return {
    ...parts.configurationOverrides,
    ...quorumSettings(parts.quorum),
    ...retentionSettings(parts.retention),
    ...(options.defects.length === 0 ? expirySettings(parts.expiry, transactions !== null) : {}),
    ...(transactions === null
      ? {}
      : transactionSettings(transactions, options, parts.configurationOverrides)),
  };
}

function incidentsOf({ parts, targets }: Draft, configuration: Plan['configuration']): IncidentStep[] {
  const timeouts = {
    sessionMs: Number(configuration['broker.session.timeout.ms']),
    requestMs: Number(configuration['request.timeout.ms']),
  };
  return parts.incidents.flatMap((incident) => resolveIncident(incident, parts.timeline, targets, timeouts));
}

function settingsOfIncidents(steps: readonly IncidentStep[]): Plan['configuration'] {
  return Object.fromEntries(
    steps.flatMap((step) => (step.is === 'setting' ? [[step.property, step.value]] : [])),
  );
}

function addProducerScenario(builder: PlanBuilder, scenario: ProducerScenarioParts): void {
  builder.addTopics(scenario.topics);
  builder.addClients(scenario.clients);
  builder.addOperations('producer-scenario', scenario.operations);
  builder.addFaults('producer-scenario', scenario.faults);
}

function addTransactionScenario(
  builder: PlanBuilder,
  { operations, faults }: TransactionScenarioParts,
): void {
  builder.addOperations('transaction-scenario', operations);
  builder.addFaults(
    'transaction-scenario',
    faults.map(({ at, body }) => ({ at, ...body })),
  );
}

function addIncidents(builder: PlanBuilder, draft: Draft, steps: readonly IncidentStep[]): void {
  for (const step of steps) {
    if (step.is === 'move') addMove(builder, draft, step);
    if (step.is === 'fault') builder.addFaults('incidents', [{ at: step.at, ...step.body }]);
  }
}

function addBursts(builder: PlanBuilder, draft: Draft): void {
  const { parts, options } = draft;
  for (const step of parts.bursts.flatMap((burst) => resolveBurst(burst, parts.timeline, options.brokers))) {
    if (step.is === 'move') addMove(builder, draft, step);
    else builder.addFaults('bursts', resolvedFault(draft, step.fault, step.atMs));
  }
}

function addLoneFaults(builder: PlanBuilder, draft: Draft): void {
  for (const { when, fault } of draft.parts.loneFaults) {
    const atMs = resolveWhen(when, draft.parts.timeline);
    builder.addFaults('lone-faults', resolvedFault(draft, fault, atMs));
  }
}

/** Empty if no kind of fault is allowed. */
function resolvedFault(
  { parts, options, targets, transactions }: Draft,
  recipe: FaultRecipe,
  atMs: number,
): UnnumberedFault[] {
  const kinds = kindsIn(parts.swarm, options);
  if (kinds.length === 0) return [];
  const probes =
    transactions === null ? options.probes.filter((name) => !isAboutTransactions(name)) : options.probes;
  return [resolveFault(recipe, triggerOf(recipe, atMs, parts.swarm, probes), kinds, targets)];
}

function addMove(
  builder: PlanBuilder,
  { parts }: Draft,
  { atMs, place, broker }: { readonly atMs: number; readonly place: number; readonly broker: number },
): void {
  const partition = pick(parts.participants.partitions, place);
  builder.addOperation('leader-moves', (id) => ({
    id,
    atMs,
    client: ADMIN,
    kind: 'move-leader',
    ...partition,
    broker,
  }));
}

function addTransactions(
  builder: PlanBuilder,
  { parts, options, targets, transactions, timeouts }: Draft,
): void {
  if (transactions === null) return;
  const { participants, timeline } = parts;
  const operations = resolveTransactions(transactions, participants, timeline, timeouts, targets);
  const disturbances = resolveDisturbances(
    transactions,
    operations,
    participants,
    timeline,
    targets,
    timeouts,
  );
  builder.addOperations('transactions', operations);
  disturbances.forEach((disturbance, index) => {
    if (disturbance.is === 'fault') {
      builder.addFaults('disturbances', [{ at: disturbance.at, ...disturbance.body }]);
      return;
    }
    const id = operationId('disturbances', index, options.operations.max);
    builder.addNumbered('disturbances', [{ ...disturbance.body, id }]);
  });
}

/** The guarantees to check. A guarantee that only a drawn setting gives up is not expected. */
function expectedOf(
  configuration: Plan['configuration'],
  { expect, promised }: ResolvedOptions,
): GuaranteeId[] {
  const still = promisedBy(resolveConfiguration(configuration));
  return expect.filter((id) => still.has(id) || !promised.has(id));
}

/** The client timeouts. Where none is drawn or fixed, a typical drawn value stands for it. */
function timeoutsIn(configuration: Plan['configuration']): ClientTimeouts {
  return {
    requestMs: Number(configuration['request.timeout.ms'] ?? 1_000),
    blockMs: Number(configuration['max.block.ms'] ?? 3_000),
    deliveryMs: Number(configuration['delivery.timeout.ms'] ?? 4_000),
  };
}
