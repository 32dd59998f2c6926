/**
 * The transactional workload: transactions of a producer one after the other, committed and aborted, over some
 * partitions, with offsets or without; producers that share a transactional id, so that one fences the other; and
 * processes that die and come back. `disturbances.ts` has the faults.
 */
import type { Participants } from '../cluster/participants.ts';
import type { OperationBody } from '../draws/bodies.ts';
import { pick } from '../draws/pick.ts';
import { resolveWhen, type Timeline } from '../draws/timeline.ts';
import type { FaultTargets } from '../faults/fault-recipe.ts';
import { lateMessageOperations } from './late-message.ts';
import { GROUP, type TransactionRecipe, type TransactionsRecipe } from './transaction-recipe.ts';
import { type ClientTimeouts, nameOf } from './transactional-clients.ts';

/** The operations of transactional producers, and commits and fetches of group offsets. */
export function resolveTransactions(
  recipe: TransactionsRecipe,
  participants: Participants,
  timeline: Timeline,
  timeouts: ClientTimeouts,
  targets: FaultTargets,
): OperationBody[] {
  const bodies: OperationBody[] = [];
  recipe.producers.forEach(({ init, hasOwnId, restarts }, index) => {
    const client = nameOf(participants, index);
    // A producer that shares an id starts while the other one is at work.
    const atMs = index === 0 || hasOwnId ? index : resolveWhen(init, timeline);
    bodies.push({ atMs, client, kind: 'init-transactions' });
    for (const when of restarts) {
      const diesMs = resolveWhen(when, timeline);
      bodies.push({ atMs: diesMs, client, kind: 'restart-producer' });
      bodies.push({ atMs: diesMs + 1, client, kind: 'init-transactions' });
    }
  });
  bodies.push(...lateMessageOperations(recipe, participants, timeline, timeouts, targets));
  for (const operations of inTurn(recipe, participants, timeline)) bodies.push(...operations);
  for (const { when, consumer, kind, group } of recipe.offsetCommits) {
    const client = pick(participants.consumers, consumer);
    bodies.push({
      atMs: resolveWhen(when, timeline),
      client,
      kind,
      group,
    });
  }
  return bodies;
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

function operationsOf(
  { sends, gapMs, end, sendsOffsets, consumer }: TransactionRecipe,
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
  if (sendsOffsets) {
    const reader = pick(participants.consumers, consumer);
    bodies.push({ atMs, client, kind: 'send-offsets-to-transaction', group: GROUP, consumer: reader });
  }
  atMs += gapMs;
  if (end !== null) bodies.push({ atMs, client, kind: end });
  return bodies;
}
