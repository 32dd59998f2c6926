/**
 * What a plan says that cannot be: a node that its cluster does not have, a client that nobody declared.
 * The schema sees each field alone; this sees them together.
 */
import { ConfigurationError, resolveConfiguration } from '../../model/configuration/configuration.ts';
import { fieldPath, type Problem } from './schema-problems.ts';
import { isPlaced } from './plan.ts';
import type { Client, Fault, LatencyModel, Operation, Plan } from './plan.ts';
import { findDefect } from '../simulated/defects/index.ts';
import { CONSUMER_OFFSETS_TOPIC, TRANSACTION_STATE_TOPIC } from '../kafka/internal-records.ts';
import { API_NAMES } from '../kafka/api.ts';
import { PROBE_NAMES } from '../simulated/catalogue/probes.ts';

type Path = readonly (string | number)[];
type Complain = (path: Path, sentence: string) => void;

/** Who may ask for what: a producer sends, a consumer reads, an admin does the rest. */
const ASKED_BY: Readonly<Record<Operation['kind'], Client['kind']>> = {
  send: 'producer',
  'init-transactions': 'producer',
  'begin-transaction': 'producer',
  'commit-transaction': 'producer',
  'abort-transaction': 'producer',
  'send-offsets-to-transaction': 'producer',
  'restart-producer': 'producer',
  poll: 'consumer',
  seek: 'consumer',
  'commit-offsets': 'consumer',
  'fetch-offsets': 'consumer',
  'create-topic': 'admin',
  'delete-topic': 'admin',
  'move-leader': 'admin',
  'delete-records': 'admin',
  reassign: 'admin',
  'elect-leader': 'admin',
};

/** Who sets the cluster up, and who reads everything at the end. */
const HARNESS_CLIENT = /^(crucible|final-reader-\d+|committed-reader-\d+)$/;

/** Every contradiction in a plan that the schema accepts, in the order of the file. */
export function planProblems(plan: Plan): readonly Problem[] {
  const problems: Problem[] = [];
  const complain: Complain = (path, sentence) => problems.push({ field: fieldPath(path), sentence });
  checkConfiguration(plan, complain);
  checkDefects(plan, complain);
  checkCombined(plan, complain);
  checkRacks(plan, complain);
  checkTopics(plan, complain);
  checkClients(plan, complain);
  checkOperations(plan, complain);
  checkFaults(plan, complain);
  checkSchedule(plan, complain);
  checkCore(plan, complain);
  checkOrder(plan, complain);
  return problems;
}

function checkOrder({ order = [] }: Plan, complain: Complain): void {
  order.forEach(({ step }, index) => {
    const before = order[index - 1]?.step ?? -1;
    if (step <= before)
      complain(['order', index, 'step'], `expected more than ${before}, the step before it`);
  });
}

function checkCore(plan: Plan, complain: Complain): void {
  const nodes = nodesOf(plan);
  plan.outsideCore?.forEach((name, index) =>
    checkAmong(nodes, name, 'node', ['outsideCore', index], complain, combinedName(plan, name)),
  );
}

/** A node has one name: in a combined cluster controllers go by those of their brokers. */
function nodesOf({ cluster: { brokers, controllers, combined } }: Plan): readonly string[] {
  const named = (role: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${role}-${index + 1}`);
  return [...named('controller', combined === true ? 0 : controllers), ...named('broker', brokers)];
}

/** Whether a controller, which votes, keeps its log and its votes on that node's disk. */
function isVoter({ cluster: { controllers, combined } }: Plan, node: string): boolean {
  if (combined !== true) return node.startsWith('controller-');
  return node.startsWith('broker-') && Number(node.slice('broker-'.length)) <= controllers;
}

function checkCombined({ cluster: { brokers, controllers, combined } }: Plan, complain: Complain): void {
  if (combined !== true || controllers <= brokers) return;
  const sentence = `expected at most ${brokers} in a combined cluster, where each runs in a broker, found ${controllers}`;
  complain(['cluster', 'controllers'], sentence);
}

function hostsOf(plan: Plan): readonly string[] {
  return [...nodesOf(plan), ...plan.clients.map((client) => client.name)];
}

function checkConfiguration(plan: Plan, complain: Complain): void {
  try {
    resolveConfiguration(plan.configuration);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    complain(['configuration', error.property], error.message);
  }
}

function checkDefects(plan: Plan, complain: Complain): void {
  plan.defects.forEach((slug, index) => {
    if (findDefect(slug) === undefined) {
      complain(['defects', index], `${quote(slug)} is not a known defect; kafka-crucible defects lists them`);
    }
  });
}

function checkRacks({ cluster: { brokers, racks } }: Plan, complain: Complain): void {
  if (racks === undefined || racks.length === brokers) return;
  complain(['cluster', 'racks'], `expected one rack for each of ${brokers} brokers, found ${racks.length}`);
}

function checkTopics(plan: Plan, complain: Complain): void {
  checkDistinct(plan.topics, (topic) => topic.name, ['topics'], 'name', complain);
  const { brokers } = plan.cluster;
  plan.topics.forEach((topic, index) => {
    const factor = topic.replicationFactor ?? defaultReplicationFactor(plan);
    if (factor === null || factor <= brokers) return;
    const path = ['topics', index, 'replicationFactor'];
    const from = topic.replicationFactor === null ? ' (default.replication.factor)' : '';
    complain(path, `expected at most ${brokers}, the number of brokers, found ${factor}${from}`);
  });
}

/** Null when the configuration is none, which is complained of elsewhere. */
function defaultReplicationFactor(plan: Plan): number | null {
  try {
    return resolveConfiguration(plan.configuration)['default.replication.factor'];
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}

/** A configuration that is none is complained of elsewhere. */
function isIdempotent(plan: Plan): boolean {
  try {
    return resolveConfiguration(plan.configuration)['enable.idempotence'];
  } catch (error) {
    if (error instanceof ConfigurationError) return true;
    throw error;
  }
}

function checkClients(plan: Plan, complain: Complain): void {
  checkDistinct(plan.clients, (client) => client.name, ['clients'], 'name', complain);
  const nodes = new Set(nodesOf(plan));
  plan.clients.forEach((client, index) => {
    if (nodes.has(client.name)) {
      complain(['clients', index, 'name'], `${quote(client.name)} is the name of a node`);
    }
    if (HARNESS_CLIENT.test(client.name)) {
      complain(['clients', index, 'name'], `${quote(client.name)} is a name that the harness itself uses`);
    }
    if (client.kind === 'producer' && client.transactionalId !== undefined && !isIdempotent(plan)) {
      complain(['clients', index, 'transactionalId'], 'transactions need enable.idempotence');
    }
    if (client.kind !== 'consumer') return;
    client.assign.forEach((place, position) =>
      checkPlace(plan, place, ['clients', index, 'assign', position], complain),
    );
  });
}

function checkOperations(plan: Plan, complain: Complain): void {
  checkDistinct(plan.operations, (operation) => operation.id, ['operations'], 'id', complain);
  const clients = new Map(plan.clients.map((client) => [client.name, client]));
  plan.operations.forEach((operation, index) => {
    const path = ['operations', index];
    const client = clients.get(operation.client);
    const kind = ASKED_BY[operation.kind];
    if (client === undefined) {
      complain([...path, 'client'], `there is no client ${quote(operation.client)} among clients`);
    } else if (client.kind !== kind) {
      complain(
        [...path, 'client'],
        `a ${operation.kind} needs a ${kind}, and ${client.name} is a ${client.kind}`,
      );
    }
    if (isTransactional(operation) && client?.kind === 'producer' && client.transactionalId === undefined) {
      complain([...path, 'client'], `${client.name} has no transactionalId`);
    }
    if (operation.kind === 'send-offsets-to-transaction') {
      const { consumer } = operation;
      if (clients.get(consumer)?.kind !== 'consumer') {
        complain([...path, 'consumer'], `there is no consumer ${quote(consumer)} among clients`);
      }
    }
    if (operation.kind === 'delete-topic')
      checkPlace(plan, { topic: operation.topic, partition: null }, path, complain);
    if (!isPlaced(operation)) return;
    checkPlace(plan, operation, path, complain);
    if (operation.kind === 'seek' && client?.kind === 'consumer')
      checkAssigned(client, operation, path, complain);
    if (operation.kind === 'move-leader') checkBroker(plan, operation.broker, [...path, 'broker'], complain);
    if (operation.kind === 'reassign')
      checkReplicas(plan, operation.replicas, [...path, 'replicas'], complain);
  });
}

/** Where nothing is read from there is no position to move. */
function checkAssigned(
  { name, assign }: Extract<Client, { kind: 'consumer' }>,
  { topic, partition }: Extract<Operation, { kind: 'seek' }>,
  path: Path,
  complain: Complain,
): void {
  if (assign.some((place) => place.topic === topic && place.partition === partition)) return;
  complain([...path, 'partition'], `${name} is not assigned partition ${partition} of ${quote(topic)}`);
}

function isTransactional({ kind }: Operation): boolean {
  return kind === 'init-transactions' || kind.endsWith('-transaction');
}

/** Which brokers make for themselves: a leader of theirs may be moved. */
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

/** The topic may also be one that the workload creates. */
function checkPlace(
  plan: Plan,
  place: { readonly topic: string; readonly partition: number | null },
  path: Path,
  complain: Complain,
): void {
  const declared = [
    ...plan.topics,
    ...plan.operations.flatMap((operation) =>
      operation.kind === 'create-topic' ? [{ name: operation.topic, partitions: operation.partitions }] : [],
    ),
    ...internalTopics(plan),
  ].filter((topic) => topic.name === place.topic);
  if (declared.length === 0) {
    complain([...path, 'topic'], `there is no topic ${quote(place.topic)} among topics`);
    return;
  }
  const partitions = Math.max(...declared.map((topic) => topic.partitions));
  if (place.partition !== null && place.partition >= partitions) {
    complain(
      [...path, 'partition'],
      `expected at most ${partitions - 1}, because ${place.topic} has ${partitions} ` +
        `${partitions === 1 ? 'partition' : 'partitions'}, found ${place.partition}`,
    );
  }
}

function checkBroker(plan: Plan, broker: number, path: Path, complain: Complain): void {
  if (broker > plan.cluster.brokers) {
    complain(path, `there is no broker ${broker}: cluster.brokers is ${plan.cluster.brokers}`);
  }
}

function checkReplicas(plan: Plan, replicas: readonly number[], path: Path, complain: Complain): void {
  replicas.forEach((broker, index) => {
    checkBroker(plan, broker, [...path, index], complain);
    if (replicas.indexOf(broker) < index)
      complain([...path, index], `broker ${broker} cannot hold two replicas`);
  });
}

function checkFaults(plan: Plan, complain: Complain): void {
  checkDistinct(plan.faults, (fault) => fault.id, ['faults'], 'id', complain);
  const nodes = nodesOf(plan);
  const hosts = hostsOf(plan);
  plan.faults.forEach((fault, index) => {
    const path = ['faults', index];
    if ('probe' in fault.at) {
      checkAmong(PROBE_NAMES, fault.at.probe, 'probe', [...path, 'at', 'probe'], complain);
      if (fault.at.node !== undefined)
        checkAmong(nodes, fault.at.node, 'node', [...path, 'at', 'node'], complain);
    }
    for (const [place, host] of hostsIn(fault)) {
      const allowed = onlyNodes(fault) ? nodes : hosts;
      const what = onlyNodes(fault) ? 'node' : 'node or client';
      checkAmong(allowed, host, what, [...path, ...place], complain, combinedName(plan, host));
    }
    if (fault.kind === 'disk-loss' && isVoter(plan, fault.node)) {
      complain([...path, 'node'], 'a controller that comes back without its disk could vote twice (KIP-853)');
    }
    if (fault.kind === 'disk-error' && fault.node.startsWith('controller-')) {
      complain([...path, 'node'], 'only the disks of brokers fail');
    }
    if (fault.kind === 'disk-error' && (fault.logDir ?? 1) > (plan.cluster.logDirs ?? 1)) {
      const there = plan.cluster.logDirs ?? 1;
      complain([...path, 'logDir'], `expected at most ${there}, because cluster.logDirs is ${there}`);
    }
    if (fault.kind === 'message') checkAmong(API_NAMES, fault.api, 'API', [...path, 'api'], complain);
  });
}

/** Only what has a disk and is started by an operator can be taken down. */
function onlyNodes(fault: Fault): boolean {
  return ['crash', 'power-loss', 'disk-loss', 'file-loss', 'disk-error', 'shutdown'].includes(fault.kind);
}

function hostsIn(fault: Fault): readonly (readonly [Path, string])[] {
  switch (fault.kind) {
    case 'partition':
      return [
        ...fault.side.map((host, index) => [['side', index], host] as const),
        ...fault.other.map((host, index) => [['other', index], host] as const),
      ];
    case 'message':
    case 'break-connections':
    case 'slow-link':
      return [
        [['from'], fault.from],
        [['to'], fault.to],
      ];
    default:
      return [[['node'], fault.node]];
  }
}

function checkSchedule(plan: Plan, complain: Complain): void {
  const { latency, slowPair } = plan.schedule;
  checkLatency(latency, ['schedule', 'latency'], complain);
  if (plan.redrawAfter?.latency !== undefined) {
    checkLatency(plan.redrawAfter.latency, ['redrawAfter', 'latency'], complain);
  }
  if (slowPair === null) return;
  const hosts = hostsOf(plan);
  checkAmong(hosts, slowPair.from, 'node or client', ['schedule', 'slowPair', 'from'], complain);
  checkAmong(hosts, slowPair.to, 'node or client', ['schedule', 'slowPair', 'to'], complain);
}

function checkLatency({ minUs, maxUs }: LatencyModel, path: Path, complain: Complain): void {
  if (minUs <= maxUs) return;
  complain([...path, 'maxUs'], `expected at least minUs, which is ${minUs}, found ${maxUs}`);
}

function checkAmong(
  known: readonly string[],
  name: string,
  what: string,
  path: Path,
  complain: Complain,
  hint = '',
): void {
  if (known.includes(name)) return;
  const listed = known.length > 12 ? '' : `: there are ${known.join(', ')}`;
  complain(path, `there is no ${what} ${quote(name)}${listed}${hint}`);
}

/** What to call a controller that has no name of its own. */
function combinedName({ cluster }: Plan, host: string): string {
  if (cluster.combined !== true || !host.startsWith('controller-')) return '';
  return `; the cluster is combined, so say ${host.replace('controller', 'broker')}`;
}

function checkDistinct<Element>(
  elements: readonly Element[],
  identity: (element: Element) => string | number,
  path: Path,
  field: string,
  complain: Complain,
): void {
  const first = new Map<string | number, number>();
  elements.forEach((element, index) => {
    const id = identity(element);
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, index);
    else complain([...path, index, field], `${quote(id)} is taken by ${fieldPath([...path, earlier])}`);
  });
}

function quote(value: string | number): string {
  return JSON.stringify(value);
}
