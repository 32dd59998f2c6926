/**
 * Transactional producers: several transactions one after the other, committed and aborted, over some partitions,
 * with offsets or without; producers that share a transactional id, so that one fences the other; processes that die
 * and come back; and what disturbs all that most: a single message that is late, a coordinator that moves or dies.
 */
import fc from 'fast-check';

import type { Client, Fault, Operation, Plan, Trigger } from '../../../impl/plan/plan.ts';
import { internalPartitionOf, TRANSACTION_STATE_TOPIC } from '../../../impl/kafka/internal-records.ts';
import type { CoordinatorScenario } from '../../../impl/simulated/defects/defect.ts';
import type { ProbeName } from '../../../impl/simulated/catalogue/probes.ts';
import { ADMIN, type Participants } from '../cluster/participants.ts';
import type { FaultTargets } from '../faults/fault-recipe.ts';
import { logUniform } from '../draws/magnitude.ts';
import type { ResolvedOptions } from '../options.ts';
import { choice, percent, pick, pickWeighted } from '../draws/pick.ts';
import { coordinatorScenario, type CoordinatorScenarioSteps } from '../directed/coordinator-scenarios.ts';
import { resolveWhen, type Timeline, type When, whenArbitrary } from '../draws/timeline.ts';

export type Body<F extends Fault = Fault> = F extends Fault ? Omit<F, 'id' | 'at'> : never;
export type OperationBody = Operation extends infer O ? (O extends Operation ? Omit<O, 'id'> : never) : never;

/** In how many plans of a hundred there are transactions, where the options leave it open. */
const SHARE = 25;
export const GROUP = 'group-1';
/** As many as idempotence allows. */
const MAX_IN_FLIGHT = 5;

interface SendRecipe {
  readonly where: number;
  readonly gapMs: number;
}

interface TransactionRecipe {
  readonly who: number;
  readonly when: When;
  readonly sends: readonly SendRecipe[];
  readonly gapMs: number;
  readonly end: number;
  readonly offsets: number;
  readonly consumer: number;
}

interface ProducerRecipe {
  readonly init: When;
  /** In so many cases of a hundred it has a transactional id of its own. */
  readonly own: number;
  readonly restarts: readonly When[];
}

interface DisturbanceRecipe {
  readonly what: number;
  readonly when: When;
  readonly byProbe: number;
  readonly probe: number;
  readonly producer: number;
  readonly broker: number;
  readonly peer: number;
  readonly variant: number;
  readonly delayMs: number;
}

/** Two transactions on one partition, and a message of the first that comes in the second. */
interface StoryRecipe {
  /** In so many cases of a hundred it is told. */
  readonly told: number;
  readonly when: When;
  readonly where: number;
  readonly message: number;
  readonly ends: number;
  readonly gapMs: number;
  readonly lateMs: number;
  /** Another story, which a historical bug asks for. */
  readonly instead?: CoordinatorScenario;
}

export interface TransactionsRecipe {
  readonly story: StoryRecipe;
  readonly share: number;
  readonly producers: readonly ProducerRecipe[];
  readonly transactions: readonly TransactionRecipe[];
  readonly offsetCommits: readonly {
    readonly when: When;
    readonly consumer: number;
    readonly fetch: number;
  }[];
  readonly isolations: number;
  readonly disturbances: readonly DisturbanceRecipe[];
  readonly configuration: Readonly<Record<string, number>>;
}

const transaction: fc.Arbitrary<TransactionRecipe> = fc.record({
  who: choice,
  when: whenArbitrary,
  sends: fc.array(fc.record({ where: choice, gapMs: logUniform(1, 300) }), {
    minLength: 1,
    maxLength: 3,
    size: 'max',
  }),
  gapMs: logUniform(1, 1_000),
  end: percent,
  offsets: percent,
  consumer: choice,
});

const producer: fc.Arbitrary<ProducerRecipe> = fc.record({
  init: whenArbitrary,
  own: percent,
  restarts: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(whenArbitrary) },
  ),
});

const disturbance: fc.Arbitrary<DisturbanceRecipe> = fc.record({
  what: percent,
  when: whenArbitrary,
  byProbe: percent,
  probe: choice,
  producer: choice,
  broker: choice,
  peer: choice,
  variant: percent,
  delayMs: logUniform(50, 9_000),
});

const story: fc.Arbitrary<StoryRecipe> = fc.record({
  told: percent,
  when: whenArbitrary,
  where: choice,
  message: percent,
  ends: choice,
  gapMs: logUniform(1, 200),
  lateMs: logUniform(200, 4_000),
});

/** Small numbers, so that timeouts, expiry and exhaustion come about within seconds. */
const configuration = fc
  .record({
    partitions: fc.constantFrom(1, 1, 1, 2),
    timeoutMs: logUniform(500, 8_000),
    abortIntervalMs: logUniform(100, 1_000),
    fewEpochs: fc.tuple(percent, fc.integer({ min: 3, max: 8 })),
    expiry: fc.tuple(percent, logUniform(1_000, 5_000)),
  })
  .map(({ partitions, timeoutMs, abortIntervalMs, fewEpochs, expiry }) => ({
    'transaction.state.log.num.partitions': partitions,
    'offsets.topic.num.partitions': 1,
    'transaction.timeout.ms': timeoutMs,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': abortIntervalMs,
    ...(fewEpochs[0] < 12 ? { 'crucible.max.producer.epoch': fewEpochs[1] } : {}),
    ...(expiry[0] < 5
      ? {
          'transactional.id.expiration.ms': expiry[1],
          'transaction.remove.expired.transaction.cleanup.interval.ms': 500,
        }
      : {}),
  }));

export const transactionsArbitrary: fc.Arbitrary<TransactionsRecipe> = fc.record({
  story,
  share: percent,
  producers: fc.array(producer, { minLength: 1, maxLength: 3, size: 'max' }),
  transactions: fc.array(transaction, { minLength: 3, maxLength: 12, size: 'max' }),
  offsetCommits: fc.array(fc.record({ when: whenArbitrary, consumer: choice, fetch: percent }), {
    maxLength: 4,
    size: 'max',
  }),
  isolations: choice,
  disturbances: fc.array(disturbance, { maxLength: 4, size: 'max' }),
  configuration,
});

/** Whether the plan has transactions. */
export function hasTransactions({ share }: TransactionsRecipe, options: ResolvedOptions): boolean {
  return options.transactions === 'sometimes' ? share < SHARE : options.transactions === 'always';
}

/** What was drawn, with the story that a historical bug asks for in place of the one that was. */
export function withCoordinatorStory(
  recipe: TransactionsRecipe,
  { coordinatorScenario }: ResolvedOptions,
): TransactionsRecipe {
  if (coordinatorScenario === null) return recipe;
  return { ...recipe, story: { ...recipe.story, told: 0, instead: coordinatorScenario } };
}

/** The configuration that transactions need or make time pass faster with. */
export function transactionSettings(
  recipe: TransactionsRecipe,
  options: ResolvedOptions,
  drawn: Plan['configuration'],
): Plan['configuration'] {
  const inFlight = Number(drawn['max.in.flight.requests.per.connection'] ?? MAX_IN_FLIGHT);
  return {
    ...recipe.configuration,
    'enable.idempotence': true,
    'max.in.flight.requests.per.connection': Math.min(inFlight, MAX_IN_FLIGHT),
    'transaction.state.log.replication.factor': options.replicationFactor,
    'offsets.topic.replication.factor': options.replicationFactor,
    'transaction.state.log.min.isr': options.minInsyncReplicas,
  };
}

/** The participants with transactional producers, and with consumers of both isolation levels. */
export function withTransactionalClients(recipe: TransactionsRecipe, participants: Participants): Client[] {
  const own = recipe.producers.map((drawn, index): Client => ({
    kind: 'producer',
    name: nameOf(participants, index),
    transactionalId: idOf(index, drawn.own < 50),
  }));
  if (isTold(recipe)) {
    // It has a producer of its own, lest others hold it up.
    const index = recipe.producers.length;
    own.push({ kind: 'producer', name: nameOf(participants, index), transactionalId: idOf(index, true) });
  }
  const clients = participants.clients.map((client, index): Client => {
    const committed = (recipe.isolations >> index) % 2 === 0;
    return client.kind === 'consumer' && committed ? { ...client, isolation: 'read_committed' } : client;
  });
  return [...own, ...clients];
}

function idOf(index: number, own: boolean): string {
  return `transactions-${own ? index + 1 : 1}`;
}

function nameOf(participants: Participants, index: number): string {
  return `producer-${participants.producers.length + 1 + index}`;
}

/** What transactional producers do, and the groups whose offsets they commit. `firstId` and above are free. */
export function resolveTransactions(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  firstId: number,
  timeouts: Timeouts,
  targets: FaultTargets,
): Operation[] {
  const bodies: OperationBody[] = [];
  recipe.producers.forEach(({ init, own, restarts }, index) => {
    const client = nameOf(participants, index);
    // Who shares an id comes when the other is at work.
    const atMs = index === 0 || own < 50 ? index : resolveWhen(init, timeline);
    bodies.push({ atMs, client, kind: 'init-transactions' });
    for (const when of restarts) {
      const diesMs = resolveWhen(when, timeline);
      bodies.push({ atMs: diesMs, client, kind: 'restart-producer' });
      bodies.push({ atMs: diesMs + 1, client, kind: 'init-transactions' });
    }
  });
  if (recipe.story.instead === undefined) {
    bodies.push(...(storyOf(recipe, participants, timeline, timeouts, targets)?.operations ?? []));
  } else
    bodies.push(...told(recipe.story.instead, recipe, participants, timeline, timeouts, targets).operations);
  for (const operations of inTurn(recipe, participants, timeline)) bodies.push(...operations);
  for (const { when, consumer, fetch } of recipe.offsetCommits) {
    const kind = fetch < 60 ? 'fetch-offsets' : 'commit-offsets';
    const client = pick(participants.consumers, consumer);
    bodies.push({
      atMs: resolveWhen(when, timeline),
      client,
      kind,
      group: fetch % 5 === 0 ? 'group-2' : GROUP,
    });
  }
  return bodies.map((body, index) => ({ ...body, id: firstId + index }));
}

/** The transactions of each producer one after the other. */
function inTurn(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
): readonly (readonly OperationBody[])[] {
  const busyUntilMs = recipe.producers.map(() => 0);
  const all: (readonly OperationBody[])[] = [];
  const inTime = recipe.transactions.toSorted(
    (a, b) => resolveWhen(a.when, timeline) - resolveWhen(b.when, timeline),
  );
  for (const drawn of inTime) {
    const index = drawn.who % recipe.producers.length;
    const beginMs = Math.max(resolveWhen(drawn.when, timeline), busyUntilMs[index] ?? 0);
    const operations = operationsOf(drawn, nameOf(participants, index), beginMs, participants);
    busyUntilMs[index] = 1 + Math.max(...operations.map(({ atMs }) => atMs));
    all.push(operations);
  }
  return all;
}

/** After how long clients give up, in milliseconds. */
export interface Timeouts {
  readonly requestMs: number;
  readonly deliveryMs: number;
  readonly blockMs: number;
}

interface Story {
  readonly operations: readonly OperationBody[];
  /** When the late message is sent, and how late it comes. */
  readonly fromMs: number;
  readonly delayMs: number;
  readonly api: StoryApi;
  readonly partition: number;
}

type StoryApi = 'EndTxn' | 'WriteTxnMarkers' | 'Produce' | 'TxnOffsetCommit';
const STORIES: readonly (readonly [StoryApi, number])[] = [
  ['EndTxn', 30],
  ['WriteTxnMarkers', 35],
  ['Produce', 20],
  ['TxnOffsetCommit', 15],
];

/** A recipe that has drawn so much, of a hundred, tells no story. */
export const UNTOLD = 50;

function isTold({ story: { told } }: TransactionsRecipe): boolean {
  return told < UNTOLD;
}

/**
 * A message of a transaction is so late that its sender has given it up and sent it again. It comes when the
 * transaction is over, and the next one of the producer, on the same partition, is open (KIP-890, KIP-1228).
 */
function storyOf(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  timeouts: Timeouts,
  { brokers }: FaultTargets,
): Story | null {
  if (!isTold(recipe)) return null;
  const { when, where, message, ends, gapMs, lateMs } = recipe.story;
  const client = nameOf(participants, recipe.producers.length);
  const place = pick(participants.partitions, where);
  const api = pickWeighted(STORIES, message);
  const givenUpMs = api === 'Produce' ? timeouts.deliveryMs : timeouts.requestMs;
  const delayMs = givenUpMs + lateMs;
  // Nobody who has lost a batch commits.
  const firstEnd = api === 'Produce' || ends % 4 === 0 ? 'abort-transaction' : 'commit-transaction';
  const secondEnd =
    (firstEnd === 'commit-transaction') === ends % 3 > 0 ? 'abort-transaction' : 'commit-transaction';
  const beginMs = resolveWhen(when, timeline);
  const at = (n: number): number => beginMs + n * gapMs;
  const offsets: OperationBody[] =
    api === 'TxnOffsetCommit'
      ? [
          {
            atMs: at(1),
            client,
            kind: 'send-offsets-to-transaction',
            group: GROUP,
            consumer: pick(participants.consumers, ends),
          },
        ]
      : [];
  // With one broker there is nowhere to go.
  const moves = api === 'WriteTxnMarkers' && ends % 3 === 0 && brokers.length > 1;
  const fromMs = api === 'EndTxn' || api === 'WriteTxnMarkers' ? at(2) : at(1);
  // A little more, for what it waits for itself.
  const arrivesMs = fromMs + delayMs + 100;
  return {
    api,
    delayMs,
    fromMs: Math.max(0, fromMs - 1),
    partition: place.partition,
    operations: [
      { atMs: 0, client, kind: 'init-transactions' },
      { atMs: beginMs, client, kind: 'begin-transaction' },
      { atMs: at(1), client, kind: 'send', ...place, key: null },
      ...offsets,
      { atMs: at(2), client, kind: firstEnd },
      { atMs: at(3), client, kind: 'begin-transaction' },
      { atMs: at(4), client, kind: 'send', ...place, key: null },
      { atMs: arrivesMs + gapMs, client, kind: 'send', ...place, key: null },
      { atMs: arrivesMs + 2 * gapMs, client, kind: secondEnd },
      ...(moves ? thereAndBack(recipe, fromMs, gapMs) : []),
    ],
  };
}

/** What a historical bug asks for happens to the producer of the story. */
function told(
  story: CoordinatorScenario,
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  { blockMs, requestMs }: Timeouts,
  { brokers, controllers }: FaultTargets,
): CoordinatorScenarioSteps {
  const { when, where, ends, gapMs, lateMs } = recipe.story;
  const index = recipe.producers.length;
  const log = logOf(recipe, idOf(index, true));
  return coordinatorScenario(story, {
    client: nameOf(participants, index),
    place: pick(participants.partitions, where),
    group: GROUP,
    consumer: pick(participants.consumers, ends),
    log,
    brokers,
    controllers,
    beginMs: resolveWhen(when, timeline),
    gapMs,
    blockMs,
    requestMs,
    movesMs: 50 + (lateMs % 300),
  });
}

/** The coordinator goes and comes back while its marker is under way (KAFKA-16352). */
function thereAndBack(recipe: TransactionsRecipe, fromMs: number, gapMs: number): OperationBody[] {
  const log = logOf(recipe, idOf(recipe.producers.length, true));
  const move = {
    client: ADMIN,
    kind: 'move-leader',
    topic: TRANSACTION_STATE_TOPIC,
    partition: log,
  } as const;
  const goesMs = fromMs + 20 + gapMs;
  return [
    { ...move, atMs: goesMs, broker: 2 },
    { ...move, atMs: goesMs + 50 + gapMs, broker: log + 1 },
  ];
}

function logOf({ configuration: settings }: TransactionsRecipe, transactionalId: string): number {
  return internalPartitionOf(transactionalId, settings['transaction.state.log.num.partitions'] ?? 1);
}

function operationsOf(
  { sends, gapMs, end, offsets, consumer }: TransactionRecipe,
  client: string,
  beginMs: number,
  participants: Participants,
): OperationBody[] {
  let atMs = beginMs;
  const bodies: OperationBody[] = [{ atMs, client, kind: 'begin-transaction' }];
  for (const { where, gapMs: pauseMs } of sends) {
    atMs += pauseMs;
    const place = pick(participants.partitions, where);
    bodies.push({ atMs, client, kind: 'send', ...place, key: null });
  }
  if (offsets < 30) {
    const reader = pick(participants.consumers, consumer);
    bodies.push({ atMs, client, kind: 'send-offsets-to-transaction', group: GROUP, consumer: reader });
  }
  atMs += gapMs;
  // One in ten is left to its timeout, or to the next begin.
  if (end < 65) bodies.push({ atMs, client, kind: 'commit-transaction' });
  else if (end < 90) bodies.push({ atMs, client, kind: 'abort-transaction' });
  return bodies;
}

// What disturbs them.

interface LateMessage {
  readonly api: string;
  /** The call that it belongs to. */
  readonly of: readonly Operation['kind'][];
  readonly between: 'client' | 'brokers';
}

const SENDS: readonly Operation['kind'][] = ['send'];
const ENDS: readonly Operation['kind'][] = ['commit-transaction', 'abort-transaction'];

/** A single late message finds more than crashes do (KAFKA-17754, KAFKA-19446). */
const LATE: readonly (readonly [LateMessage, number])[] = [
  [{ api: 'EndTxn', of: ENDS, between: 'client' }, 30],
  [{ api: 'Produce', of: SENDS, between: 'client' }, 25],
  [{ api: 'WriteTxnMarkers', of: ENDS, between: 'brokers' }, 30],
  [{ api: 'AddPartitionsToTxn', of: SENDS, between: 'brokers' }, 10],
  [{ api: 'AddPartitionsToTxn', of: SENDS, between: 'client' }, 6],
  [{ api: 'TxnOffsetCommit', of: ['send-offsets-to-transaction'], between: 'client' }, 14],
  [{ api: 'InitProducerId', of: ['init-transactions'], between: 'client' }, 6],
];

const PROBES: readonly ProbeName[] = [
  'transaction-began',
  'transaction-partition-added',
  'prepare-commit-written',
  'prepare-abort-written',
  'transaction-marker-written',
  'transaction-completed',
  'producer-fenced',
  'transaction-timed-out',
  'transactional-offsets-written',
];

export type TransactionDisturbance =
  | { readonly is: 'fault'; readonly at: Trigger; readonly body: Body }
  | { readonly is: 'operation'; readonly body: OperationBody };

/** `operations`: what transactional producers do. */
export function resolveDisturbances(
  recipe: TransactionsRecipe,
  operations: readonly Operation[],
  participants: Participants,
  timeline: Timeline,
  targets: FaultTargets,
  timeouts: Timeouts,
): TransactionDisturbance[] {
  const late = storyDisturbances(recipe, participants, timeline, targets, timeouts);
  const others = recipe.disturbances.map((drawn): TransactionDisturbance => {
    const atMs = resolveWhen(drawn.when, timeline);
    if (drawn.what < 15) {
      const broker = 1 + (drawn.broker % targets.brokers.length);
      return {
        is: 'operation',
        body: {
          atMs,
          client: ADMIN,
          kind: 'move-leader',
          topic: TRANSACTION_STATE_TOPIC,
          partition: 0,
          broker,
        },
      };
    }
    const at: Trigger =
      drawn.byProbe < 40
        ? { probe: pick(PROBES, drawn.probe), count: 1 + (drawn.peer % 4), plusMs: 0 }
        : { ms: atMs };
    if (drawn.what < 75) return lateMessage(drawn, at, operations, targets);
    const forMs = drawn.delayMs;
    if (drawn.what < 85) {
      return {
        is: 'fault',
        at,
        body: { kind: 'crash', node: pick(targets.brokers, drawn.broker), restartAfterMs: forMs },
      };
    }
    const node = nameOf(participants, drawn.producer % recipe.producers.length);
    return { is: 'fault', at, body: { kind: 'pause', node, forMs } };
  });
  return [...late, ...others];
}

function storyDisturbances(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  targets: FaultTargets,
  timeouts: Timeouts,
): TransactionDisturbance[] {
  if (recipe.story.instead !== undefined) {
    const { faults } = told(recipe.story.instead, recipe, participants, timeline, timeouts, targets);
    return faults.map(({ atMs, body }) => ({ is: 'fault', at: { ms: atMs }, body }));
  }
  const story = storyOf(recipe, participants, timeline, timeouts, targets);
  return story === null ? [] : [lateInStory(story, recipe, participants, targets)];
}

/** On its way between those who have to do with each other as long as no leader has moved. */
function lateInStory(
  { api, fromMs, delayMs, partition }: Story,
  recipe: TransactionsRecipe,
  participants: Participants,
  targets: FaultTargets,
): TransactionDisturbance {
  const index = recipe.producers.length;
  const log = logOf(recipe, idOf(index, true));
  const coordinator = pick(targets.brokers, log);
  const to =
    api === 'EndTxn'
      ? coordinator
      : api === 'TxnOffsetCommit'
        ? pick(targets.brokers, 0)
        : pick(targets.brokers, partition);
  const from = api === 'WriteTxnMarkers' ? coordinator : nameOf(participants, index);
  return {
    is: 'fault',
    at: { ms: fromMs },
    body: { kind: 'message', effect: 'delay', from, to, api, type: 'request', delayMs },
  };
}

/** Just before the call that the message belongs to; if nobody makes such a call, when it comes about. */
function lateMessage(
  { variant, producer: which, broker, peer, delayMs }: DisturbanceRecipe,
  otherwise: Trigger,
  operations: readonly Operation[],
  targets: FaultTargets,
): TransactionDisturbance {
  const { api, of, between } = pickWeighted(LATE, peer);
  const calls = operations.filter(({ kind }) => of.includes(kind));
  const call = calls.length > 0 ? pick(calls, which) : pick(operations, which);
  // The first broker leads the first partitions, as long as nothing happens.
  const asked = broker % 2 === 0 ? pick(targets.brokers, 0) : pick(targets.brokers, broker >> 1);
  const asker = between === 'client' ? call.client : pick(targets.brokers, broker % 3 === 0 ? 0 : peer >> 2);
  // The request is late mostly; else nobody hears that it was done.
  const request = variant % 10 < 7;
  return {
    is: 'fault',
    at: calls.length > 0 ? { ms: Math.max(0, call.atMs - 1) } : otherwise,
    body: {
      kind: 'message',
      effect: variant < 80 ? 'delay' : 'lose',
      from: request ? asker : asked,
      to: request ? asked : asker,
      api,
      type: request ? 'request' : 'response',
      delayMs: variant < 80 ? delayMs : 0,
    },
  };
}
