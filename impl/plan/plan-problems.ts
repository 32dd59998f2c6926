/**
 * Contradictions within a plan: a node that its cluster does not have, an operation of a client that is not declared.
 * The schema sees each field alone; this file sees them together, `kinds/` each operation and fault.
 */
import { ConfigurationError, resolveConfiguration } from '../../model/configuration/configuration.ts';
import { fieldPath, type Problem } from './schema-problems.ts';
import { faultKind } from './kinds/faults/index.ts';
import { operationKind } from './kinds/operations/index.ts';
import {
  checkAmong,
  checkPlace,
  type Path,
  type PlanContext,
  quote,
  type ReportProblem,
} from './kinds/validity.ts';
import type { LatencyModel, Plan } from './plan.ts';
import { findDefect } from '../simulated/defects/index.ts';
import { CONSUMER_OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../kafka/internal-records.ts';
import { PROBE_NAMES } from '../simulated/catalogue/probes.ts';

/** Clients of the harness: one sets the cluster up, the others do the final read. */
const HARNESS_CLIENT = /^(crucible|final-reader-\d+|committed-reader-\d+)$/;

/** Every contradiction in a plan that the schema accepts, in the order of the file. */
export function planProblems(plan: Plan): readonly Problem[] {
  const problems: Problem[] = [];
  const context = contextOf(plan);
  const report: ReportProblem = (path, sentence) => problems.push({ field: fieldPath(path), sentence });
  checkConfiguration(plan, report);
  checkDefects(plan, report);
  checkCombined(plan, report);
  checkRacks(plan, report);
  checkTopics(plan, report);
  checkClients(plan, context, report);
  checkOperations(plan, context, report);
  checkFaults(plan, context, report);
  checkSchedule(plan, report);
  checkCore(plan, report);
  checkOrder(plan, report);
  return problems;
}

function contextOf(plan: Plan): PlanContext {
  const created = plan.operations.flatMap((operation) => operationKind(operation).creates?.(operation) ?? []);
  return {
    brokers: plan.cluster.brokers,
    logDirs: plan.cluster.logDirs ?? 1,
    clients: new Map(plan.clients.map((client) => [client.name, client])),
    topics: [...plan.topics, ...created, ...internalTopics(plan)],
    isVoter: (node) => isVoter(plan, node),
  };
}

function checkOrder({ order = [] }: Plan, report: ReportProblem): void {
  order.forEach(({ step }, index) => {
    const before = order[index - 1]?.step ?? -1;
    if (step <= before) report(['order', index, 'step'], `expected more than ${before}, the step before it`);
  });
}

function checkCore(plan: Plan, report: ReportProblem): void {
  const nodes = nodesOf(plan);
  plan.outsideCore?.forEach((name, index) =>
    checkAmong(nodes, name, 'node', ['outsideCore', index], report, combinedName(plan, name)),
  );
}

/** A node has one name: in a combined cluster a controller has the name of its broker. */
function nodesOf({ cluster: { brokers, controllers, combined } }: Plan): readonly string[] {
  const named = (role: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
  return [...named('controller', combined === true ? 0 : controllers), ...named('broker', brokers)];
}

function isVoter({ cluster: { controllers, combined } }: Plan, node: string): boolean {
  if (combined !== true) return node.startsWith('controller-');
  return node.startsWith('broker-') && Number(node.slice('broker-'.length)) <= controllers;
}

function checkCombined({ cluster: { brokers, controllers, combined } }: Plan, report: ReportProblem): void {
  if (combined !== true || controllers <= brokers) return;
  const sentence = `expected at most ${brokers} in a combined cluster, where each runs in a broker, found ${controllers}`;
  report(['cluster', 'controllers'], sentence);
}

function hostsOf(plan: Plan): readonly string[] {
  return [...nodesOf(plan), ...plan.clients.map((client) => client.name)];
}

function checkConfiguration(plan: Plan, report: ReportProblem): void {
  try {
    resolveConfiguration(plan.configuration);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    report(['configuration', error.property], error.message);
  }
}

function checkDefects(plan: Plan, report: ReportProblem): void {
  plan.defects.forEach((slug, index) => {
    if (findDefect(slug) === undefined) {
      report(['defects', index], `${quote(slug)} is not a known defect; kafka-crucible defects lists them`);
    }
  });
}

function checkRacks({ cluster: { brokers, racks } }: Plan, report: ReportProblem): void {
  if (racks === undefined || racks.length === brokers) return;
  report(['cluster', 'racks'], `expected one rack for each of ${brokers} brokers, found ${racks.length}`);
}

function checkTopics(plan: Plan, report: ReportProblem): void {
  checkDistinct(plan.topics, (topic) => topic.name, ['topics'], 'name', report);
  const { brokers } = plan.cluster;
  plan.topics.forEach((topic, index) => {
    const factor = topic.replicationFactor ?? defaultReplicationFactor(plan);
    if (factor === null || factor <= brokers) return;
    const path = ['topics', index, 'replicationFactor'];
    const from = topic.replicationFactor === null ? ' (default.replication.factor)' : '';
    report(path, `expected at most ${brokers}, the number of brokers, found ${factor}${from}`);
  });
}

/** Null if the configuration is invalid, which `checkConfiguration` reports. */
function defaultReplicationFactor(plan: Plan): number | null {
  try {
    return resolveConfiguration(plan.configuration)['default.replication.factor'];
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}

/** True also if the configuration is invalid, which `checkConfiguration` reports. */
function isIdempotent(plan: Plan): boolean {
  try {
    return resolveConfiguration(plan.configuration)['enable.idempotence'];
  } catch (error) {
    if (error instanceof ConfigurationError) return true;
    throw error;
  }
}

function checkClients(plan: Plan, context: PlanContext, report: ReportProblem): void {
  checkDistinct(plan.clients, (client) => client.name, ['clients'], 'name', report);
  const nodes = new Set(nodesOf(plan));
  plan.clients.forEach((client, index) => {
    if (nodes.has(client.name)) {
      report(['clients', index, 'name'], `${quote(client.name)} is the name of a node`);
    }
    if (HARNESS_CLIENT.test(client.name)) {
      report(['clients', index, 'name'], `${quote(client.name)} is a name that the harness itself uses`);
    }
    if (client.kind === 'producer' && client.transactionalId !== undefined && !isIdempotent(plan)) {
      report(['clients', index, 'transactionalId'], 'transactions need enable.idempotence');
    }
    if (client.kind !== 'consumer') return;
    client.assign.forEach((place, position) =>
      checkPlace(context, place, within(['clients', index, 'assign', position], report)),
    );
  });
}

function checkOperations(plan: Plan, context: PlanContext, report: ReportProblem): void {
  checkDistinct(plan.operations, (operation) => operation.id, ['operations'], 'id', report);
  plan.operations.forEach((operation, index) => {
    const path = ['operations', index];
    const kind = operationKind(operation);
    const client = context.clients.get(operation.client);
    if (client === undefined) {
      report([...path, 'client'], `there is no client ${quote(operation.client)} among clients`);
    } else if (client.kind !== kind.client) {
      const sentence = `a ${operation.kind} needs a ${kind.client}, and ${client.name} is a ${client.kind}`;
      report([...path, 'client'], sentence);
    }
    if (kind.transactional && client?.kind === 'producer' && client.transactionalId === undefined) {
      report([...path, 'client'], `${client.name} has no transactionalId`);
    }
    kind.problems?.(operation, context, within(path, report));
  });
}

/** The topics that brokers create themselves: an operation may move their leaders. */
function internalTopics(plan: Plan): readonly { readonly name: string; readonly partitions: number }[] {
  try {
    const configuration = resolveConfiguration(plan.configuration);
    return [
      { name: TRANSACTION_STATE_TOPIC, partitions: configuration['transaction.state.log.num.partitions'] },
      { name: CONSUMER_OFFSETS_TOPIC, partitions: configuration['offsets.topic.num.partitions'] },
    ];
  } catch (error) {
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

function checkFaults(plan: Plan, context: PlanContext, report: ReportProblem): void {
  checkDistinct(plan.faults, (fault) => fault.id, ['faults'], 'id', report);
  const nodes = nodesOf(plan);
  const hosts = hostsOf(plan);
  plan.faults.forEach((fault, index) => {
    const path = ['faults', index];
    const kind = faultKind(fault);
    if ('probe' in fault.at) {
      checkAmong(PROBE_NAMES, fault.at.probe, 'probe', [...path, 'at', 'probe'], report);
      if (fault.at.node !== undefined)
        checkAmong(nodes, fault.at.node, 'node', [...path, 'at', 'node'], report);
    }
    for (const [field, host] of kind.hosts(fault)) {
      const allowed = kind.nodesOnly ? nodes : hosts;
      const what = kind.nodesOnly ? 'node' : 'node or client';
      checkAmong(allowed, host, what, [...path, ...field], report, combinedName(plan, host));
    }
    kind.problems?.(fault, context, within(path, report));
  });
}

/** Reports problems of the part of the plan that lies at `path`. */
function within(path: Path, report: ReportProblem): ReportProblem {
  return (field, sentence) => report([...path, ...field], sentence);
}

function checkSchedule(plan: Plan, report: ReportProblem): void {
  const { latency, slowPair } = plan.schedule;
  checkLatency(latency, ['schedule', 'latency'], report);
  if (plan.redrawAfter?.latency !== undefined) {
    checkLatency(plan.redrawAfter.latency, ['redrawAfter', 'latency'], report);
  }
  if (slowPair === null) return;
  const hosts = hostsOf(plan);
  checkAmong(hosts, slowPair.from, 'node or client', ['schedule', 'slowPair', 'from'], report);
  checkAmong(hosts, slowPair.to, 'node or client', ['schedule', 'slowPair', 'to'], report);
}

function checkLatency({ minUs, maxUs }: LatencyModel, path: Path, report: ReportProblem): void {
  if (minUs <= maxUs) return;
  report([...path, 'maxUs'], `expected at least minUs, which is ${minUs}, found ${maxUs}`);
}

/** A hint to the name of a controller that runs in a broker; else empty. */
function combinedName({ cluster }: Plan, host: string): string {
  if (cluster.combined !== true || !host.startsWith('controller-')) return '';
  return `; the cluster is combined, so say ${host.replace('controller', 'broker')}`;
}

function checkDistinct<Element>(
  elements: readonly Element[],
  identity: (element: Element) => string | number,
  path: Path,
  field: string,
  report: ReportProblem,
): void {
  const first = new Map<string | number, number>();
  elements.forEach((element, index) => {
    const id = identity(element);
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    else report([...path, index, field], `${quote(id)} is taken by ${fieldPath([...path, earlier])}`);
  });
}
