/** Passes that take away clients, topics, brokers and controllers together with all that refers to them. */
import { operationKind } from '../../impl/plan/kinds/operations/index.ts';
import type { Renaming } from '../../impl/plan/kinds/renaming.ts';
import { isPlaced } from '../../impl/plan/plan.ts';
import type { Client, Fault, Operation, Plan } from '../../impl/plan/plan.ts';
import { renameHosts } from '../../impl/plan/hosts.ts';
import type { Pass } from './pass.ts';

function withoutClients(plan: Plan, names: ReadonlySet<string>): Plan {
  const fewer = withClients(plan, ({ name }) => !names.has(name));
  return renameClients(fewer, (host) => (names.has(host) ? null : host));
}

/** The plan under other names of clients; what refers to a client that is taken away goes with it. */
function renameClients(plan: Plan, rename: Renaming): Plan {
  return renameHosts(
    { ...plan, operations: plan.operations.flatMap((operation) => renamedClients(operation, rename) ?? []) },
    rename,
  );
}

function renamedClients(operation: Operation, rename: Renaming): Operation | null {
  const client = rename(operation.client);
  if (client === null) return null;
  const kind = operationKind(operation);
  const renamed = kind.renameClients === undefined ? operation : kind.renameClients(operation, rename);
  return renamed === null ? null : { ...renamed, client };
}

function withClients(plan: Plan, keep: (client: Client) => boolean): Plan {
  return { ...plan, clients: plan.clients.filter(keep) };
}

/** Makes `into` perform the operations of `client`. */
function mergeClients(plan: Plan, client: Client, into: Client): Plan {
  const fewer = withClients(plan, ({ name }) => name !== client.name);
  return renameClients(fewer, (host) => (host === client.name ? into.name : host));
}

/** A producer without a transactional id cannot take over transactions. */
function canDoAll(into: Client, client: Client): boolean {
  if (into.kind !== client.kind) return false;
  const needsId = client.kind === 'producer' && client.transactionalId !== undefined;
  return !needsId || (into.kind === 'producer' && into.transactionalId !== undefined);
}

export const dropClients: Pass = {
  name: 'drop clients',
  *run(search, seeds) {
    const used = new Set(search.plan.operations.map(({ client }) => client));
    const idle = search.plan.clients.map(({ name }) => name).filter((name) => !used.has(name));
    if (idle.length > 1) yield* search.accept(withoutClients(search.plan, new Set(idle)), seeds);
    for (const client of search.plan.clients.toReversed()) {
      if (yield* search.accept(withoutClients(search.plan, new Set([client.name])), seeds)) continue;
      for (const into of search.plan.clients) {
        if (into.name === client.name || !canDoAll(into, client)) continue;
        if (yield* search.accept(mergeClients(search.plan, client, into), seeds)) break;
      }
    }
  },
};

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Moves every place; null takes it away together with the operations on it. */
function movePlaces(plan: Plan, move: (place: Place) => Place | null): Plan {
  return {
    ...plan,
    clients: plan.clients.map((client) => {
      if (client.kind !== 'consumer') return client;
      const assign = new Map<string, (typeof client.assign)[number]>();
      for (const { position, ...place } of client.assign) {
        const moved = move(place);
        if (moved === null) continue;
        const name = `${moved.topic}-${moved.partition}`;
        if (!assign.has(name)) assign.set(name, { ...moved, position });
      }
      return { ...client, assign: [...assign.values()] };
    }),
    operations: plan.operations.flatMap((operation) => moveOperation(operation, move)),
  };
}

function moveOperation(operation: Operation, move: (place: Place) => Place | null): Operation[] {
  if (!isPlaced(operation)) return [operation];
  const moved = move({ topic: operation.topic, partition: operation.partition ?? 0 });
  if (moved === null) return [];
  if (operation.kind === 'send' && operation.partition === null)
    return [{ ...operation, topic: moved.topic }];
  return [{ ...operation, ...moved }];
}

export const dropTopics: Pass = {
  name: 'drop topics and partitions',
  *run(search, seeds) {
    for (const { name } of search.plan.topics.toReversed()) {
      const moved = movePlaces(search.plan, (place) => (place.topic === name ? null : place));
      // Its deletions and re-creations go with it.
      const operations = moved.operations.filter(
        (operation) => !('topic' in operation) || operation.topic !== name,
      );
      const topics = moved.topics.filter((topic) => topic.name !== name);
      yield* search.accept({ ...moved, topics, operations }, seeds);
    }
    for (const { name, partitions } of search.plan.topics) {
      for (let partition = partitions - 1; partition >= 0; partition--) {
        if (yield* search.accept(withoutPartition(search.plan, name, partition, 'drop'), seeds)) continue;
        yield* search.accept(withoutPartition(search.plan, name, partition, 'merge'), seeds);
      }
    }
  },
};

/** Operations on the partition are dropped, or moved to partition 0; higher partitions move down by one. */
function withoutPartition(plan: Plan, topic: string, partition: number, what: 'drop' | 'merge'): Plan {
  if (plan.topics.some(({ name, partitions }) => name === topic && partitions <= 1)) return plan;
  const moved = movePlaces(plan, (place) => {
    if (place.topic !== topic || place.partition < partition) return place;
    if (place.partition > partition) return { topic, partition: place.partition - 1 };
    return what === 'drop' ? null : { topic, partition: 0 };
  });
  return {
    ...moved,
    topics: plan.topics.map((each) =>
      each.name === topic ? { ...each, partitions: each.partitions - 1 } : each,
    ),
    // A topic that is created again has as many partitions as the first one.
    operations: moved.operations.map((operation) =>
      operation.kind === 'create-topic' && operation.topic === topic
        ? { ...operation, partitions: Math.max(1, operation.partitions - 1) }
        : operation,
    ),
  };
}

const REPLICATION_FACTOR = 'default.replication.factor';

export const dropBrokers: Pass = {
  name: 'drop brokers',
  *run(search, seeds) {
    const factorStays = search.chosen.has(REPLICATION_FACTOR);
    const fewest = factorStays ? Number(search.plan.configuration[REPLICATION_FACTOR]) : 1;
    for (let broker = search.plan.cluster.brokers; broker >= 1; broker--) {
      if (search.plan.cluster.brokers > fewest)
        yield* search.accept(withoutBroker(search.plan, broker), seeds);
    }
  },
};

export const dropControllers: Pass = {
  name: 'drop controllers',
  *run(search, seeds) {
    for (const controllers of [1, 3] as const) {
      if (controllers >= search.plan.cluster.controllers) return;
      if (yield* search.accept(withControllers(search.plan, controllers, 'drop'), seeds)) return;
      if (yield* search.accept(withControllers(search.plan, controllers, 'merge'), seeds)) return;
    }
  },
};

/** Faults of a node with both roles strike its broker; the controllers get processes of their own. */
export const separateControllers: Pass = {
  name: 'separate controllers from brokers',
  *run(search, seeds) {
    const { combined, ...cluster } = search.plan.cluster;
    if (combined === true) yield* search.accept({ ...search.plan, cluster }, seeds);
  },
};

/** Faults of the controllers that go are dropped, or strike the first controller. */
function withControllers(plan: Plan, controllers: 1 | 3, what: 'drop' | 'merge'): Plan {
  const moved = renameHosts(plan, (host) => {
    const number = host.startsWith('controller-') ? Number(host.slice('controller-'.length)) : 0;
    if (number <= controllers) return host;
    return what === 'drop' ? null : 'controller-1';
  });
  return { ...moved, cluster: { ...plan.cluster, controllers } };
}

/** Takes brokers and consumers out of their racks. */
export const dropRacks: Pass = {
  name: 'drop racks',
  *run(search, seeds) {
    const { racks, ...cluster } = search.plan.cluster;
    if (racks === undefined) return;
    const clients = search.plan.clients.map((client): Client => {
      if (client.kind !== 'consumer') return client;
      const { rack: _rack, ...rest } = client;
      return rest;
    });
    yield* search.accept({ ...search.plan, cluster, clients }, seeds);
  },
};

/** Gives every broker one log directory; disk errors strike that one. */
export const dropLogDirs: Pass = {
  name: 'drop log directories',
  *run(search, seeds) {
    const { logDirs, ...cluster } = search.plan.cluster;
    if (logDirs === undefined) return;
    const faults = search.plan.faults.map((fault): Fault => {
      if (fault.kind !== 'disk-error') return fault;
      const { logDir: _logDir, ...rest } = fault;
      return rest;
    });
    yield* search.accept({ ...search.plan, cluster, faults }, seeds);
  },
};

/** Brokers above it move down by one, and no topic has more replicas than there are brokers. */
function withoutBroker(plan: Plan, broker: number): Plan {
  const brokers = plan.cluster.brokers - 1;
  const racks = plan.cluster.racks?.filter((_, index) => index !== broker - 1);
  // In a combined cluster a broker that is also a voter stays.
  if (plan.cluster.combined === true && broker <= plan.cluster.controllers) return plan;
  const moved = renameHosts(plan, (host) => {
    const number = host.startsWith('broker-') ? Number(host.slice('broker-'.length)) : 0;
    if (number === broker) return null;
    return number > broker ? `broker-${number - 1}` : host;
  });
  const factor = plan.configuration[REPLICATION_FACTOR];
  const tooMany = factor !== undefined && Number(factor) > brokers;
  return {
    ...moved,
    cluster: { ...plan.cluster, brokers, ...(racks === undefined ? {} : { racks }) },
    configuration: tooMany ? { ...plan.configuration, [REPLICATION_FACTOR]: brokers } : plan.configuration,
    topics: plan.topics.map((topic) => ({
      ...topic,
      replicationFactor: topic.replicationFactor === null ? null : Math.min(topic.replicationFactor, brokers),
    })),
    operations: plan.operations.flatMap((operation) => {
      const kind = operationKind(operation);
      if (kind.withoutBroker === undefined) return [operation];
      return kind.withoutBroker(operation, broker, brokers) ?? [];
    }),
  };
}
