/** Faults and leader moves that disturb the transactions of a plan. */
import { TRANSACTION_STATE_TOPIC } from '../../../impl/kafka/internal-records.ts';
import type { Operation, Trigger } from '../../../impl/plan/plan.ts';
import type { ProbeName } from '../../../impl/simulated/catalogue/probes.ts';
import { ADMIN, type Participants } from '../cluster/participants.ts';
import type { FaultBody, OperationBody } from '../draws/bodies.ts';
import { pick, pickWeighted } from '../draws/pick.ts';
import { resolveWhen, type Timeline } from '../draws/timeline.ts';
import type { FaultTargets } from '../faults/fault-recipe.ts';
import type { DisturbanceRecipe, TransactionsRecipe } from './transaction-recipe.ts';
import { lateMessageFaults } from './late-message.ts';
import { type ClientTimeouts, nameOf } from './transactional-clients.ts';

interface LateMessage {
  readonly api: string;
  /** The kinds of calls that send the message. */
  readonly of: readonly Operation['kind'][];
  readonly between: 'client' | 'brokers';
}

const SENDS: readonly Operation['kind'][] = ['send'];
const ENDS: readonly Operation['kind'][] = ['commit-transaction', 'abort-transaction'];

/** A single late message finds more bugs than crashes do (KAFKA-17754, KAFKA-19446). */
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
  | { readonly is: 'fault'; readonly at: Trigger; readonly body: FaultBody }
  | { readonly is: 'operation'; readonly body: OperationBody };

/** `operations`: those of the transactional producers. */
export function resolveDisturbances(
  recipe: TransactionsRecipe,
  operations: readonly OperationBody[],
  participants: Participants,
  timeline: Timeline,
  targets: FaultTargets,
  timeouts: ClientTimeouts,
): TransactionDisturbance[] {
  const late = lateMessageFaults(recipe, participants, timeline, targets, timeouts).map(
    ({ atMs, body }): TransactionDisturbance => ({ is: 'fault', at: { ms: atMs }, body }),
  );
  const others = recipe.disturbances.map((drawn): TransactionDisturbance => {
    const atMs = resolveWhen(drawn.when, timeline);
    if (drawn.what === 'move-coordinator') {
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
    const at: Trigger = drawn.atProbe
      ? { probe: pick(PROBES, drawn.probe), count: 1 + (drawn.peer % 4), plusMs: 0 }
      : { ms: atMs };
    if (drawn.what === 'message') return lateMessage(drawn, at, operations, targets);
    const forMs = drawn.delayMs;
    if (drawn.what === 'crash') {
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

/** Just before a call that sends the message; if there is no such call, `otherwise`. */
function lateMessage(
  { fate: { type, effect }, producer: which, broker, peer, delayMs }: DisturbanceRecipe,
  otherwise: Trigger,
  operations: readonly OperationBody[],
  targets: FaultTargets,
): TransactionDisturbance {
  const { api, of, between } = pickWeighted(LATE, peer);
  const calls = operations.filter(({ kind }) => of.includes(kind));
  const call = calls.length > 0 ? pick(calls, which) : pick(operations, which);
  // The first broker leads the first partitions as long as no leader has moved.
  const asked = broker % 2 === 0 ? pick(targets.brokers, 0) : pick(targets.brokers, broker >> 1);
  const asker = between === 'client' ? call.client : pick(targets.brokers, broker % 3 === 0 ? 0 : peer >> 2);
  const isRequest = type === 'request';
  return {
    is: 'fault',
    at: calls.length > 0 ? { ms: Math.max(0, call.atMs - 1) } : otherwise,
    body: {
      kind: 'message',
      effect,
      from: isRequest ? asker : asked,
      to: isRequest ? asked : asker,
      api,
      type,
      delayMs: effect === 'delay' ? delayMs : 0,
    },
  };
}
