/**
 * Plans written by hand, step after step. Times are milliseconds since the workload began. The records
 * of a story lie in partition 0 of `orders`, which has a replica on every broker, unless it says otherwise;
 * the value of operation 7 is `v7`, so that a story can speak of v7. A story begins after two seconds:
 * a follower that asks a leader which does not know yet that it is one leaves it alone for
 * replica.fetch.backoff.ms, and until then a send may have to wait.
 */
import {
  type Client,
  type Fault,
  type Operation,
  type Plan,
  PLAN_FORMAT,
  PLAN_VERSION,
  type Topic,
  type Trigger,
} from '../impl/plan/plan.ts';
import type { ProbeName } from '../impl/simulated/catalogue/probes.ts';
import type { PropertyName } from '../model/configuration/catalogue.ts';
import type { GuaranteeId } from '../model/guarantee.ts';
import type { IsolationLevel, StartPosition } from '../model/history/history.ts';

export const TOPIC = 'orders';
const PRODUCER = 'producer';
const CONSUMER = 'consumer';
const ADMIN = 'admin';

type Unnumbered<F extends Fault = Fault> = F extends Fault ? Omit<F, 'id'> : never;
export type Step = { readonly operation: Operation } | { readonly fault: Unnumbered };
export type BrokerName = `broker-${number}`;
export type NodeName = BrokerName | `controller-${number}`;
/** A time, or a trigger made by `afterProbe`. */
export type When = number | Trigger;

export interface Story {
  readonly brokers: number;
  /** By default one. */
  readonly controllers?: Plan['cluster']['controllers'];
  /** Of the brokers, in their order. By default none has one. */
  readonly racks?: readonly string[];
  /** By default none. */
  readonly consumerRack?: string;
  /** By default a producer, a consumer of `orders` and an admin client, as the steps need them. */
  readonly clients?: readonly Client[];
  /** Historical bugs that are put back. */
  readonly defects?: readonly string[];
  /** Only what the story turns on; the rest is as Kafka has it. */
  readonly configuration: Readonly<
    Partial<Record<PropertyName | 'enable.idempotence', string | number | boolean>>
  >;
  /** Promises judged although the configuration does not make them. */
  readonly expect?: readonly GuaranteeId[];
  /** By default `orders`, with one partition. */
  readonly topics?: readonly Topic[];
  readonly steps: readonly Step[];
}

/** The plan of a story: clients are made as the steps need them, faults are numbered in their order. */
export function planOf(seed: string, title: string, story: Story): Plan {
  const operations = story.steps.flatMap((step) => ('operation' in step ? [step.operation] : []));
  const faults = story.steps.flatMap((step) => ('fault' in step ? [step.fault] : []));
  const topics = story.topics ?? [{ name: TOPIC, partitions: 1, replicationFactor: story.brokers }];
  const { racks, consumerRack } = story;
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    seed,
    title,
    cluster: {
      brokers: story.brokers,
      controllers: story.controllers ?? 1,
      ...(racks === undefined ? {} : { racks: [...racks] }),
    },
    configuration: { ...story.configuration },
    expect: [...(story.expect ?? [])],
    defects: [...(story.defects ?? [])],
    topics: [...topics],
    clients: [...(story.clients ?? clientsOf(operations, consumerRack))],
    operations,
    faults: faults.map((fault, index): Fault => ({ id: index + 1, ...fault })),
    schedule: { latency: { model: 'uniform', minUs: 200, maxUs: 2000 }, slowPair: null },
    overrides: [],
  };
}

/** A producer with a `transactional.id`, or without. */
export function producer(name: string, transactionalId?: string): Client {
  return { kind: 'producer', name, ...(transactionalId === undefined ? {} : { transactionalId }) };
}

interface Reading {
  readonly topic?: string;
  /** All of them, from 0 on. By default one. */
  readonly partitions?: number;
  /** By default that of the configuration. */
  readonly isolation?: IsolationLevel;
}

/** A consumer of a topic from its beginning; by default of `orders`. */
export function consumer(name: string, { topic = TOPIC, partitions = 1, isolation }: Reading = {}): Client {
  const assign = Array.from(
    { length: partitions },
    (_, partition) => ({ topic, partition, position: 'earliest' }) as const,
  );
  return { kind: 'consumer', name, assign, ...(isolation === undefined ? {} : { isolation }) };
}

function clientsOf(operations: readonly Operation[], consumerRack: string | undefined): Client[] {
  const all: readonly Client[] = [
    { kind: 'producer', name: PRODUCER },
    {
      kind: 'consumer',
      name: CONSUMER,
      assign: [{ topic: TOPIC, partition: 0, position: 'earliest' }],
      ...(consumerRack === undefined ? {} : { rack: consumerRack }),
    },
    { kind: 'admin', name: ADMIN },
  ];
  const named = new Set(operations.map((operation) => operation.client));
  return all.filter((client) => named.has(client.name));
}

// What clients do.

export function send(id: number, atMs: number, partition = 0): Step {
  return { operation: { kind: 'send', id, atMs, client: PRODUCER, topic: TOPIC, partition, key: null } };
}

/** By a client of the story's own; `payload` as in a plan. */
export function sendBy(
  client: string,
  id: number,
  atMs: number,
  { topic = TOPIC, partition = 0, payload }: { topic?: string; partition?: number; payload?: string } = {},
): Step {
  const told = payload === undefined ? {} : { payload };
  return { operation: { kind: 'send', id, atMs, client, topic, partition, key: null, ...told } };
}

/** Waits up to half a second for records. */
export function poll(id: number, atMs: number, client = CONSUMER): Step {
  return { operation: { kind: 'poll', id, atMs, client, timeoutMs: 500 } };
}

export function initTransactions(id: number, atMs: number, client = PRODUCER): Step {
  return { operation: { kind: 'init-transactions', id, atMs, client } };
}

export function begin(id: number, atMs: number, client = PRODUCER): Step {
  return { operation: { kind: 'begin-transaction', id, atMs, client } };
}

export function commit(id: number, atMs: number, client = PRODUCER): Step {
  return { operation: { kind: 'commit-transaction', id, atMs, client } };
}

export function abort(id: number, atMs: number, client = PRODUCER): Step {
  return { operation: { kind: 'abort-transaction', id, atMs, client } };
}

/** Where that consumer stands becomes the group's with the transaction. */
export function sendOffsets(
  id: number,
  atMs: number,
  group: string,
  consumer: string,
  client = PRODUCER,
): Step {
  return { operation: { kind: 'send-offsets-to-transaction', id, atMs, client, group, consumer } };
}

export function commitOffsets(id: number, atMs: number, group: string, client = CONSUMER): Step {
  return { operation: { kind: 'commit-offsets', id, atMs, client, group } };
}

export function fetchOffsets(id: number, atMs: number, group: string, client = CONSUMER): Step {
  return { operation: { kind: 'fetch-offsets', id, atMs, client, group } };
}

/** The process dies without a word, and another one takes its place at once. */
export function restartProducer(id: number, atMs: number, client = PRODUCER): Step {
  return { operation: { kind: 'restart-producer', id, atMs, client } };
}

/** `position`: an offset is inclusive. */
export function seek(id: number, atMs: number, position: StartPosition): Step {
  return { operation: { kind: 'seek', id, atMs, client: CONSUMER, topic: TOPIC, partition: 0, position } };
}

export function createTopic(id: number, atMs: number, topic: string, replicationFactor: number): Step {
  return {
    operation: { kind: 'create-topic', id, atMs, client: ADMIN, topic, partitions: 1, replicationFactor },
  };
}

/** Asks for an election: `preferred` for the first replica, `unclean` for anybody if nobody else may lead. */
export function electLeader(id: number, atMs: number, election: 'preferred' | 'unclean'): Step {
  return {
    operation: { kind: 'elect-leader', id, atMs, client: ADMIN, election, topic: TOPIC, partition: 0 },
  };
}

/** Makes the broker the preferred leader, and asks for a preferred election. */
export function moveLeader(id: number, atMs: number, broker: number): Step {
  return { operation: { kind: 'move-leader', id, atMs, client: ADMIN, topic: TOPIC, partition: 0, broker } };
}

/**
 * The other controllers leave and come back one after the other, so that afterwards controller-1 leads, whoever
 * led before: a leader that leaves asks the first of those that hold as much as any other to follow it.
 * It takes a second and a half.
 */
export const CONTROLLER_1_LEADS: readonly Step[] = [
  shutDown('controller-2', 0, 300),
  shutDown('controller-3', 1_000, 300),
];

export function deleteTopic(id: number, atMs: number, topic: string): Step {
  return { operation: { kind: 'delete-topic', id, atMs, client: ADMIN, topic } };
}

// What goes wrong.

/** When a probe has been hit `count` times on that node since the workload began, and `plusMs` later. */
export function afterProbe(probe: ProbeName, node: NodeName, count: number, plusMs: number): Trigger {
  return { probe, node, count, plusMs };
}

/** The process dies; the page cache keeps what it wrote. Without `downForMs` it stays down. */
export function crash(node: NodeName, when: When, downForMs: number | null = null): Step {
  return { fault: { kind: 'crash', node, at: triggerOf(when), restartAfterMs: downForMs } };
}

/** The machine goes dark, and of what was not flushed some is gone. */
export function powerLoss(node: NodeName, when: When, downForMs: number | null = null): Step {
  return { fault: { kind: 'power-loss', node, at: triggerOf(when), restartAfterMs: downForMs } };
}

/** A controlled shutdown. */
export function shutDown(node: NodeName, when: When, downForMs: number | null = null): Step {
  return { fault: { kind: 'shutdown', node, at: triggerOf(when), restartAfterMs: downForMs } };
}

/** The process stands still, as in a long garbage collection; its machine goes on taking packets. */
export function pause(node: string, when: When, forMs: number): Step {
  return { fault: { kind: 'pause', node, at: triggerOf(when), forMs } };
}

/** Nothing passes between the two sides, in either direction; everybody else reaches both. */
export function cutOff(side: readonly string[], other: readonly string[], when: When, forMs: number): Step {
  const ends = { side: [...side], other: [...other] };
  return {
    fault: { kind: 'partition', ...ends, direction: 'both', effect: 'lose', at: triggerOf(when), forMs },
  };
}

/** What `from` sends to `to` takes this much longer. */
export function slowDown(from: string, to: string, extraMs: number, when: When, forMs: number): Step {
  return { fault: { kind: 'slow-link', from, to, extraMs, at: triggerOf(when), forMs } };
}

/** The first acknowledgement that the broker sends from then on is lost, and its connection with it. */
export function loseAcknowledgement(from: BrokerName, when: When): Step {
  return loseMessage('Produce', 'response', from, PRODUCER, when);
}

/** The first such message from then on is lost, and its connection with it. */
export function loseMessage(
  api: string,
  type: 'request' | 'response',
  from: string,
  to: string,
  when: When,
): Step {
  return {
    fault: { kind: 'message', effect: 'lose', from, to, api, type, at: triggerOf(when), delayMs: 0 },
  };
}

function triggerOf(when: When): Trigger {
  return typeof when === 'number' ? { ms: when } : when;
}
