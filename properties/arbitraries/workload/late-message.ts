/**
 * The hardest test of a transactional producer: two transactions on one partition, and a message of the first that
 * arrives during the second. A historical bug may ask for a directed scenario in its place.
 */
import { internalPartitionOf, TRANSACTION_STATE_TOPIC } from '../../../impl/kafka/internal-records.ts';
import type { CoordinatorScenario } from '../../../impl/simulated/defects/defect.ts';
import { ADMIN, type Participants } from '../cluster/participants.ts';
import { coordinatorScenario, type CoordinatorScenarioSteps } from '../directed/coordinator-scenarios.ts';
import type { OperationBody, TimedFault } from '../draws/bodies.ts';
import { pick } from '../draws/pick.ts';
import { resolveWhen, type Timeline } from '../draws/timeline.ts';
import type { FaultTargets } from '../faults/fault-recipe.ts';
import { GROUP, type LateApi, type TransactionsRecipe } from './transaction-recipe.ts';
import { type ClientTimeouts, idOf, nameOf } from './transactional-clients.ts';

interface LateMessageSteps {
  readonly operations: readonly OperationBody[];
  /** The time at which the late message is sent, and its delay. */
  readonly fromMs: number;
  readonly delayMs: number;
  readonly api: LateApi;
  readonly partition: number;
}

/**
 * A message of a transaction is so late that its sender has given it up and sent it again. It arrives when that
 * transaction is over, and the producer's next one on the same partition is open (KIP-890, KIP-1228).
 */
function lateMessageSteps(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  timeouts: ClientTimeouts,
  { brokers }: FaultTargets,
): LateMessageSteps | null {
  if (!recipe.lateMessage.happens) return null;
  const { when, where, api, firstAborts, endsAlike, gapMs, lateMs } = recipe.lateMessage;
  const client = nameOf(participants, recipe.producers.length);
  const place = pick(participants.partitions, where);
  const givenUpMs = api === 'Produce' ? timeouts.deliveryMs : timeouts.requestMs;
  const delayMs = givenUpMs + lateMs;
  // A producer that has lost a batch cannot commit.
  const firstEnd = api === 'Produce' || firstAborts ? 'abort-transaction' : 'commit-transaction';
  const secondEnd =
    (firstEnd === 'commit-transaction') === endsAlike ? 'commit-transaction' : 'abort-transaction';
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
            consumer: pick(participants.consumers, recipe.lateMessage.consumer),
          },
        ]
      : [];
  // The coordinator can move only if there is another broker.
  const moves = api === 'WriteTxnMarkers' && endsAlike && brokers.length > 1;
  const fromMs = api === 'EndTxn' || api === 'WriteTxnMarkers' ? at(2) : at(1);
  // A little later, because the sender may wait before it sends.
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

/** The scenario of a historical bug, played by the producer of the late message. */
function directedSteps(
  scenario: CoordinatorScenario,
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  { blockMs, requestMs }: ClientTimeouts,
  { brokers, controllers }: FaultTargets,
): CoordinatorScenarioSteps {
  const { when, where, gapMs, lateMs } = recipe.lateMessage;
  const index = recipe.producers.length;
  const log = logOf(recipe, idOf(index, true));
  return coordinatorScenario(scenario, {
    client: nameOf(participants, index),
    place: pick(participants.partitions, where),
    group: GROUP,
    consumer: pick(participants.consumers, recipe.lateMessage.consumer),
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

/** The coordinator moves away and back while its marker is on its way (KAFKA-16352). */
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

/** The operations of the producer whose message is late, or of the scenario in its place. */
export function lateMessageOperations(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  timeouts: ClientTimeouts,
  targets: FaultTargets,
): readonly OperationBody[] {
  const scenario = recipe.lateMessage.instead;
  if (scenario === undefined)
    return lateMessageSteps(recipe, participants, timeline, timeouts, targets)?.operations ?? [];
  return directedSteps(scenario, recipe, participants, timeline, timeouts, targets).operations;
}

/** The late message, or the faults of the scenario in its place. */
export function lateMessageFaults(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  targets: FaultTargets,
  timeouts: ClientTimeouts,
): readonly TimedFault[] {
  const scenario = recipe.lateMessage.instead;
  if (scenario !== undefined)
    return directedSteps(scenario, recipe, participants, timeline, timeouts, targets).faults;
  const steps = lateMessageSteps(recipe, participants, timeline, timeouts, targets);
  return steps === null ? [] : [lateMessageFault(steps, recipe, participants, targets)];
}

/** The message is late between the sender and the receiver that it has as long as no leader has moved. */
function lateMessageFault(
  { api, fromMs, delayMs, partition }: LateMessageSteps,
  recipe: TransactionsRecipe,
  participants: Participants,
  targets: FaultTargets,
): TimedFault {
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
    atMs: fromMs,
    body: { kind: 'message', effect: 'delay', from, to, api, type: 'request', delayMs },
  };
}
