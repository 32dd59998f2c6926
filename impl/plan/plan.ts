/** A test case as data: what is set up, what clients do, what goes wrong, and when. */
import { z } from 'zod';

import { GUARANTEE_IDS } from '../../model/guarantee.ts';

export const PLAN_FORMAT = 'kafka-crucible/plan';
export const PLAN_VERSION = 1;

/** Virtual times in plans are whole milliseconds since the workload began (topics exist, brokers are up). */
const milliseconds = z.int().min(0).max(3_600_000);
const nodeName = z.string().regex(/^(broker|controller)-[1-9][0-9]*$/, 'expected broker-N or controller-N');
const clientName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const groupName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const topicName = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/);
const rackName = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);
const identifier = z.int().min(0);

const startPosition = z.union([z.literal('earliest'), z.literal('latest'), z.int().min(0)]);

const topic = z.strictObject({
  name: topicName,
  partitions: z.int().min(1).max(64),
  /** Null: the configuration's `default.replication.factor`. */
  replicationFactor: z.int().min(1).max(15).nullable(),
});

const client = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('producer'),
    name: clientName,
    /** Kafka's `transactional.id`. Several producers may have the same one: then each fences the one before. */
    transactionalId: clientName.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('consumer'),
    name: clientName,
    /** What it is assigned before the workload begins. */
    assign: z.array(z.strictObject({ topic: topicName, partition: z.int().min(0), position: startPosition })),
    /** Kafka's `client.rack`. */
    rack: rackName.exactOptional(),
    /** Absent: the configuration's `isolation.level`. */
    isolation: z.enum(['read_committed', 'read_uncommitted']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('admin'), name: clientName }),
]);

const operationBase = {
  /** Stable through shrinking: all randomness that the operation causes is keyed by it. */
  id: identifier,
  atMs: milliseconds,
  client: clientName,
};

const operation = z.discriminatedUnion('kind', [
  z.strictObject({
    ...operationBase,
    kind: z.literal('send'),
    topic: topicName,
    /** Null: the partitioner chooses, by key if there is one, else sticky. */
    partition: z.int().min(0).nullable(),
    key: z.string().max(1000).nullable(),
    /**
     * What the application writes. Several sends may have one payload; so the record's value is the payload and the
     * operation's number (`paid #3`), for a value tells which send it was. Absent: `v3`.
     */
    payload: z.string().min(1).max(1000).exactOptional(),
  }),
  /** `KafkaProducer.initTransactions`; like all of a transactional producer's calls, one after the other. */
  z.strictObject({ ...operationBase, kind: z.literal('init-transactions') }),
  /** What the producer sends from now on belongs to the transaction. */
  z.strictObject({ ...operationBase, kind: z.literal('begin-transaction') }),
  z.strictObject({ ...operationBase, kind: z.literal('commit-transaction') }),
  z.strictObject({ ...operationBase, kind: z.literal('abort-transaction') }),
  /** The positions that a consumer has now become the group's with the transaction. */
  z.strictObject({
    ...operationBase,
    kind: z.literal('send-offsets-to-transaction'),
    group: groupName,
    consumer: clientName,
  }),
  /** The process of a producer dies without a word, and another one takes its place at once. */
  z.strictObject({ ...operationBase, kind: z.literal('restart-producer') }),
  z.strictObject({ ...operationBase, kind: z.literal('poll'), timeoutMs: milliseconds }),
  /** The consumer's present positions become the group's, outside of any transaction. */
  z.strictObject({ ...operationBase, kind: z.literal('commit-offsets'), group: groupName }),
  /** Asks for the group's positions in what the consumer is assigned. */
  z.strictObject({ ...operationBase, kind: z.literal('fetch-offsets'), group: groupName }),
  z.strictObject({
    ...operationBase,
    kind: z.literal('seek'),
    topic: topicName,
    partition: z.int().min(0),
    position: startPosition,
  }),
  z.strictObject({
    ...operationBase,
    kind: z.literal('create-topic'),
    topic: topicName,
    partitions: z.int().min(1).max(64),
    replicationFactor: z.int().min(1).max(32),
  }),
  /** Deletes the topic of that name, with all its records; a `create-topic` may make another one of the name (KIP-516). */
  z.strictObject({ ...operationBase, kind: z.literal('delete-topic'), topic: topicName }),
  /** Puts `broker` first in the replica list of the partition and asks for a preferred leader election. */
  z.strictObject({
    ...operationBase,
    kind: z.literal('move-leader'),
    topic: topicName,
    partition: z.int().min(0),
    broker: z.int().min(1),
  }),
  /** Deletes the records below an offset; one beyond the high watermark is refused (KIP-107). */
  z.strictObject({
    ...operationBase,
    kind: z.literal('delete-records'),
    topic: topicName,
    partition: z.int().min(0),
    /** Exclusive. */
    beforeOffset: z.int().min(0),
  }),
  /** Moves a partition to other brokers, the preferred leader first (KIP-455). */
  z.strictObject({
    ...operationBase,
    kind: z.literal('reassign'),
    topic: topicName,
    partition: z.int().min(0),
    replicas: z.array(z.int().min(1)).min(1).max(15),
  }),
  z.strictObject({
    ...operationBase,
    kind: z.literal('elect-leader'),
    election: z.enum(['preferred', 'unclean']),
    topic: topicName,
    partition: z.int().min(0),
  }),
]);

/** A fault fires at a time, or when a probe has been hit `count` times since the workload began. */
const trigger = z.union([
  z.strictObject({ ms: milliseconds }),
  z.strictObject({
    probe: z.string(),
    node: nodeName.optional(),
    count: z.int().min(1).default(1),
    /** How long after the probe. */
    plusMs: milliseconds.default(0),
  }),
]);

const faultBase = { id: identifier, at: trigger };
/** Null: stays down until the liveness phase heals it. */
const restartAfterMs = milliseconds.nullable();
const linkEnds = { from: z.string(), to: z.string() };

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultBase, kind: z.literal('crash'), node: nodeName, restartAfterMs }),
  z.strictObject({ ...faultBase, kind: z.literal('power-loss'), node: nodeName, restartAfterMs }),
  z.strictObject({ ...faultBase, kind: z.literal('disk-loss'), node: nodeName, restartAfterMs }),
  /** The process dies, and of its disk one small file is gone, for every partition that has one of that name. */
  z.strictObject({
    ...faultBase,
    kind: z.literal('file-loss'),
    node: nodeName,
    file: z.enum([
      'leader-epoch-checkpoint',
      'replication-offset-checkpoint',
      'recovery-point-offset-checkpoint',
    ]),
    restartAfterMs,
  }),
  /**
   * A disk of the broker takes no writes, or half of the next append, until it is repaired `restartAfterMs` later;
   * a broker that it has brought down starts then, and one that went on without it is started again.
   */
  z.strictObject({
    ...faultBase,
    kind: z.literal('disk-error'),
    node: nodeName,
    error: z.enum(['every-write', 'torn-append']),
    /** Which of its log directories; absent: the first, without which a broker cannot go on. */
    logDir: z.int().min(1).max(8).exactOptional(),
    restartAfterMs,
  }),
  z.strictObject({ ...faultBase, kind: z.literal('shutdown'), node: nodeName, restartAfterMs }),
  z.strictObject({ ...faultBase, kind: z.literal('pause'), node: z.string(), forMs: milliseconds }),
  z.strictObject({
    ...faultBase,
    kind: z.literal('partition'),
    /** Hosts on either side; a host in neither side keeps all its links. */
    side: z.array(z.string()).min(1),
    other: z.array(z.string()).min(1),
    direction: z.enum(['both', 'side-to-other']),
    /** `lose`: what crosses is lost and its connection is broken; `hold`: it arrives when the partition heals. */
    effect: z.enum(['lose', 'hold']),
    forMs: milliseconds,
  }),
  z.strictObject({
    ...faultBase,
    kind: z.literal('message'),
    effect: z.enum(['lose', 'delay']),
    ...linkEnds,
    /** Kafka's API name, for example `Fetch`; the first such message sent from `from` to `to` once the trigger has fired. */
    api: z.string(),
    type: z.enum(['request', 'response']),
    /** For `delay`. */
    delayMs: milliseconds,
  }),
  z.strictObject({ ...faultBase, kind: z.literal('break-connections'), ...linkEnds }),
  z.strictObject({
    ...faultBase,
    kind: z.literal('slow-link'),
    ...linkEnds,
    extraMs: milliseconds,
    forMs: milliseconds,
  }),
  z.strictObject({
    ...faultBase,
    kind: z.literal('clock'),
    node: z.string(),
    /** The wall clock jumps by this much, and back at the end of the window. */
    jumpMs: z.int().min(-3_600_000).max(3_600_000),
    /** Parts per million by which the clock runs fast (negative: slow) during the window. */
    driftPpm: z.int().min(-200_000).max(200_000),
    forMs: milliseconds,
  }),
]);

const latencyModel = z.discriminatedUnion('model', [
  z.strictObject({ model: z.literal('uniform'), minUs: z.int().min(1), maxUs: z.int().min(1) }),
  /** Mostly [minUs, maxUs]; `tailPerMille` of the messages take `tailFactor` times as long. */
  z.strictObject({
    model: z.literal('bimodal'),
    minUs: z.int().min(1),
    maxUs: z.int().min(1),
    tailPerMille: z.int().min(0).max(1000),
    tailFactor: z.int().min(1).max(10_000),
  }),
]);

/** In which order messages arrive, beyond what latencies bring about (`kernel/strategy.ts`). From the workload's beginning. */
const strategy = z.discriminatedUnion('kind', [
  /** A receiver takes its messages in rounds, in an order that is drawn; some wait for another round. */
  z.strictObject({
    kind: z.literal('receiver-priorities'),
    roundUs: z.int().min(1).max(1_000_000),
    waitPerMille: z.int().min(0).max(900),
  }),
  /** A sender is slower the lower its priority of `ranks`, by up to `stepUs` a rank; at the change points one falls behind. */
  z.strictObject({
    kind: z.literal('priority-changes'),
    ranks: z.int().min(1).max(16),
    stepUs: z.int().min(1).max(1_000_000),
    changesMs: z.array(milliseconds).max(16),
  }),
  /** In each slot of time some links hold all messages until its end. */
  z.strictObject({
    kind: z.literal('held-links'),
    slotUs: z.int().min(1).max(1_000_000),
    heldPerMille: z.int().min(0).max(900),
  }),
]);

const schedule = z.strictObject({
  latency: latencyModel,
  strategy: strategy.exactOptional(),
  /** One directed pair of hosts that is slower for the whole run. */
  slowPair: z.strictObject({ from: z.string(), to: z.string(), extraUs: z.int().min(0) }).nullable(),
});

/** A decision pinned to a value, addressed by its key, whatever the draw would have been. */
const override = z.strictObject({
  /** Eight hexadecimal digits: the key of the message. */
  message: z.string().regex(/^[0-9a-f]{8}$/),
  latencyUs: z.int().min(1).max(3_600_000_000),
});

/**
 * The run is the same up to a moment, and luck is another one from there on: everything that is drawn in an event
 * after `us` (virtual microseconds since the workload began) is drawn under `seed`.
 */
const redrawAfter = z.strictObject({
  us: z.int().min(0).max(3_600_000_000),
  seed: z.string(),
  /** What messages take from then on; absent: as before. */
  latency: latencyModel.exactOptional(),
});

/** What comes next at one step of the fault phase, where it is not what had waited longest. */
const chosenStep = z.strictObject({
  /** Counts the steps of the fault phase, from 0. */
  step: z.int().min(0),
  /** Eight hexadecimal digits: the key of the message, timer, operation or fault that comes next. */
  take: z.string().regex(/^[0-9a-f]{8}$/),
});

const configurationValue = z.union([z.string(), z.number(), z.boolean()]);

export const planSchema = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  version: z.literal(PLAN_VERSION),
  seed: z.string(),
  /** One line for a person; no meaning. */
  title: z.string().optional(),
  cluster: z.strictObject({
    brokers: z.int().min(1).max(15),
    controllers: z.union([z.literal(1), z.literal(3), z.literal(5)]),
    /**
     * Kafka's `process.roles=broker,controller`: controller N runs in the process of broker N, and has no name of
     * its own. Absent: controllers are processes of their own.
     */
    combined: z.boolean().exactOptional(),
    /** How many log directories (`log.dirs`) each broker has, each on a disk of its own; absent: one. */
    logDirs: z.int().min(1).max(8).exactOptional(),
    /** Kafka's `broker.rack`, by broker; absent: none has one. */
    racks: z.array(rackName).exactOptional(),
  }),
  /** Kafka's own property names; what is not named has its default. */
  configuration: z.record(z.string(), configurationValue),
  /**
   * Promises judged even where the configuration does not make them, so that a search can show
   * what a weaker configuration costs. The rest is judged by the contract.
   */
  expect: z.array(z.enum(GUARANTEE_IDS)),
  /** Slugs of historical bugs put back. */
  defects: z.array(z.string()),
  topics: z.array(topic),
  clients: z.array(client),
  operations: z.array(operation),
  faults: z.array(fault),
  schedule,
  overrides: z.array(override),
  redrawAfter: redrawAfter.exactOptional(),
  /**
   * If it is there, no latency decides about the fault phase: what has waited longest comes next, time passes only when
   * nothing else can happen, and faults do not begin; except where these steps say otherwise. See
   * `kernel/ordered-scheduler.ts`.
   */
  order: z.array(chosenStep).exactOptional(),
  /**
   * Nodes that are not needed in the end: if a fault holds one when the liveness phase begins, it stays away for
   * good, as long as the other brokers are enough for every partition, and the other voters a majority.
   */
  outsideCore: z.array(nodeName).exactOptional(),
});

export type Plan = z.infer<typeof planSchema>;
export type Operation = Plan['operations'][number];
/** An operation on one topic, and one of its partitions or any. */
export type PlacedOperation = Extract<Operation, { readonly partition: number | null }>;

export function isPlaced(operation: Operation): operation is PlacedOperation {
  return 'partition' in operation;
}
export type Fault = Plan['faults'][number];
export type Trigger = Fault['at'];
export type Client = Plan['clients'][number];
export type Topic = Plan['topics'][number];
export type Schedule = Plan['schedule'];
export type ChosenStep = NonNullable<Plan['order']>[number];
export type LatencyModel = Schedule['latency'];
export type Strategy = NonNullable<Schedule['strategy']>;
