/** Whole plans: every part is drawn by itself, then they are put together. */
import fc from 'fast-check';

import { type Fault, type Operation, type Plan, PLAN_FORMAT, PLAN_VERSION } from '../../impl/plan/plan.ts';
import { resolveConfiguration } from '../../model/configuration/configuration.ts';
import { promisedBy } from '../../model/contract/contract.ts';
import type { GuaranteeId } from '../../model/guarantee.ts';
import { resolveBurst } from './faults/bursts.ts';
import { ADMIN } from './cluster/participants.ts';
import { reconcile } from './cluster/configuration-overrides.ts';
import { expirySettings } from './cluster/expiry-settings.ts';
import { isAboutTransactions } from '../../impl/simulated/catalogue/probes.ts';
import { uniformly } from './uniform.ts';
import { faultTargetsOf, kindsIn, resolveFault, triggerOf } from './faults/faults.ts';
import { resolveIncident } from './faults/incidents.ts';
import { resolveProducerScenario } from './directed/producer-scenarios.ts';
import { combine, quorumSettings } from './cluster/quorum.ts';
import { type PlanOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { pick } from './draws/pick.ts';
import { withRacks } from './cluster/racks.ts';
import { retentionSettings } from './cluster/retention.ts';
import { resolveSchedule } from './cluster/schedule.ts';
import { resolveWhen } from './draws/timeline.ts';
import {
  hasTransactions,
  resolveDisturbances,
  resolveTransactions,
  transactionSettings,
  type Timeouts,
  withCoordinatorStory,
  withTransactionalClients,
} from './workload/transactions.ts';
import { resolveTransactionScenario } from './directed/transaction-scenarios.ts';
import { resolveWorkload } from './workload/workload.ts';
import { aimedArbitraries } from './parts.ts';
import type { PartArbitraries, Parts } from './parts.ts';

/** The parts of a plan. None looks at another one while it is drawn. */
export function partArbitraries(options: ResolvedOptions): PartArbitraries {
  const aimed = aimedArbitraries(options);
  return options.drawing === 'swarm' ? aimed : uniformly(aimed);
}

/** Puts the parts together. A pure function of its arguments. */
export function assemble(parts: Parts, options: ResolvedOptions, seed: string): Plan {
  const { participants, timeline } = parts;
  const brokers = Array.from({ length: options.brokers }, (_, index) => `broker-${index + 1}`);
  const controllers = Array.from(
    { length: parts.quorum.controllers },
    (_, index) => `controller-${index + 1}`,
  );
  const drawn = withCoordinatorStory(parts.transactions, options);
  const transactional = hasTransactions(drawn, options);
  const usualClients = transactional ? withTransactionalClients(drawn, participants) : participants.clients;
  const timeouts = timeoutsIn({ ...parts.configurationOverrides, ...options.configuration });
  const recipe = transactional ? parts.transactionScenario : null;
  const story = resolveTransactionScenario(recipe, usualClients, participants, timeline, brokers, timeouts);
  const ofCast = [...story.clients, ...usualClients];
  const dataClients = ofCast.map(({ name }) => name).filter((name) => name !== ADMIN);
  const steps = parts.bursts.flatMap((burst) => resolveBurst(burst, timeline, options.brokers));

  const kinds = kindsIn(parts.swarm, options);
  const { combined } = parts.quorum;
  const targets = {
    ...faultTargetsOf(parts.swarm, brokers, controllers, dataClients, options, combined),
    logDirs: parts.logDirs,
  };
  const told = resolveProducerScenario(
    options.producerScenario,
    parts.producerScenario,
    participants,
    timeline,
    targets,
  );
  const clients = [...told.clients, ...ofCast];
  const configurationOverrides = {
    ...parts.configurationOverrides,
    ...quorumSettings(parts.quorum),
    ...retentionSettings(parts.retention),
    ...(options.defects.length === 0 ? expirySettings(parts.expiry, transactional) : {}),
    ...(transactional ? transactionSettings(drawn, options, parts.configurationOverrides) : {}),
  };
  const usual = reconcile(configurationOverrides, options.configuration);
  const pace = {
    sessionMs: Number(usual['broker.session.timeout.ms']),
    requestMs: Number(usual['request.timeout.ms']),
  };
  const incidents = parts.incidents.flatMap((incident) => resolveIncident(incident, timeline, targets, pace));
  const settings = incidents.flatMap((step) => (step.is === 'setting' ? [[step.property, step.value]] : []));
  const configuration = reconcile(
    { ...configurationOverrides, ...Object.fromEntries(settings), ...told.settings },
    options.configuration,
  );

  const moves = [...incidents, ...steps].flatMap((step) => (step.is === 'move' ? [step] : []));
  const { max } = options.operations;
  const operations: Operation[] = moves.slice(0, max >> 1).map((move, index) => {
    const place = pick(participants.partitions, move.place);
    return {
      id: max + index,
      atMs: move.atMs,
      client: ADMIN,
      kind: 'move-leader',
      ...place,
      broker: move.broker,
    };
  });
  operations.push(...told.operations.map((body, index) => ({ ...body, id: 5 * max + index })));
  const workload = resolveWorkload(parts.workload, participants, timeline, options);
  const transactions = transactional
    ? resolveTransactions(drawn, participants, timeline, 2 * max, timeouts, targets)
    : [];
  const disturbances = transactional
    ? resolveDisturbances(drawn, transactions, participants, timeline, targets, timeouts)
    : [];
  operations.push(...story.operations.map((body, index) => ({ ...body, id: 4 * max + index })));
  operations.push(...transactions.slice(0, Math.max(0, max - operations.length)));
  disturbances.forEach((disturbance, index) => {
    if (disturbance.is === 'operation') operations.push({ ...disturbance.body, id: 3 * max + index });
  });
  operations.push(...workload.slice(0, Math.max(0, max - operations.length)));
  operations.splice(max);

  const probes = transactional ? options.probes : options.probes.filter((name) => !isAboutTransactions(name));
  const struck = [
    ...steps.flatMap((step) => (step.is === 'fault' ? [{ atMs: step.atMs, fault: step.fault }] : [])),
    ...parts.loneFaults.map(({ when, fault }) => ({ atMs: resolveWhen(when, timeline), fault })),
  ];
  const faults: Fault[] = [
    ...told.faults,
    ...[...story.faults, ...disturbances, ...incidents].flatMap((step) =>
      step.is === 'fault' ? [{ at: step.at, ...step.body }] : [],
    ),
  ]
    .filter(({ kind }) => options.faults.includes(kind))
    .slice(0, options.maxFaults)
    .map((body, id) => ({ id, ...body }));
  for (const { atMs, fault } of kinds.length === 0
    ? []
    : struck.slice(0, options.maxFaults - faults.length)) {
    const trigger = triggerOf(fault, atMs, parts.swarm, probes);
    faults.push(resolveFault(fault, faults.length, trigger, kinds, targets));
  }

  const plan: Plan = {
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
    topics: [...told.topics, ...participants.topics],
    clients: [...clients],
    operations: operations.sort((a, b) => a.atMs - b.atMs || a.id - b.id),
    faults: faults.sort((a, b) => sortTime(a) - sortTime(b) || a.id - b.id),
    schedule: resolveSchedule(parts.schedule, parts.strategy, brokers, [
      ...brokers,
      ...controllers,
      ...dataClients,
    ]),
    overrides: [],
    ...(targets.outsideCore.length === 0 ? {} : { outsideCore: [...targets.outsideCore] }),
  };
  return withRacks(parts.quorum.combined ? combine(plan, options.faults) : plan, parts.racks);
}

/** A promise that only a draw has given up is nobody's to expect. */
function expectedOf(
  configuration: Plan['configuration'],
  { expect, promised }: ResolvedOptions,
): GuaranteeId[] {
  const still = promisedBy(resolveConfiguration(configuration));
  return expect.filter((id) => still.has(id) || !promised.has(id));
}

/** Where a draw leaves one out, the time that most draws come near to will do. */
function timeoutsIn(configuration: Plan['configuration']): Timeouts {
  return {
    requestMs: Number(configuration['request.timeout.ms'] ?? 1_000),
    blockMs: Number(configuration['max.block.ms'] ?? 3_000),
    deliveryMs: Number(configuration['delivery.timeout.ms'] ?? 4_000),
  };
}

/** Faults that wait for a probe come last. */
function sortTime(fault: Fault): number {
  return 'ms' in fault.at ? fault.at.ms : Number.MAX_SAFE_INTEGER;
}

/**
 * Plans for fast-check properties. They shrink as fast-check shrinks; what a failure found by a
 * campaign deserves is `minimise`.
 * @throws ConfigurationError or RangeError if no plan can have these options.
 */
export function planArbitrary(options: PlanOptions = {}): fc.Arbitrary<Plan> {
  const resolved = resolveOptions(options);
  return fc
    .record({ parts: fc.record(partArbitraries(resolved)), seed: fc.noShrink(fc.nat(0x7fffffff)) })
    .map(({ parts, seed }) => assemble(parts, resolved, `plan:${seed}`));
}
