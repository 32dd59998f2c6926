/** The clients of a plan with transactions. */
import type { Client } from '../../../impl/plan/plan.ts';
import type { Participants } from '../cluster/participants.ts';
import type { TransactionsRecipe } from './transaction-recipe.ts';

/** The times after which clients give up, in milliseconds. */
export interface ClientTimeouts {
  readonly requestMs: number;
  readonly deliveryMs: number;
  readonly blockMs: number;
}

/** The clients of the plan with transactional producers, and with consumers of both isolation levels. */
export function withTransactionalClients(recipe: TransactionsRecipe, participants: Participants): Client[] {
  const own = recipe.producers.map((drawn, index): Client => ({
    kind: 'producer',
    name: nameOf(participants, index),
    transactionalId: idOf(index, drawn.hasOwnId),
  }));
  if (recipe.lateMessage.happens) {
    // Another producer, so that the calls of the others do not delay its own.
    const index = recipe.producers.length;
    own.push({ kind: 'producer', name: nameOf(participants, index), transactionalId: idOf(index, true) });
  }
  const clients = participants.clients.map((client, index): Client => {
    const committed = (recipe.isolations >> index) % 2 === 0;
    return client.kind === 'consumer' && committed ? { ...client, isolation: 'read_committed' } : client;
  });
  return [...own, ...clients];
}

export function idOf(index: number, own: boolean): string {
  return `transactions-${own ? index + 1 : 1}`;
}

export function nameOf(participants: Participants, index: number): string {
  return `producer-${participants.producers.length + 1 + index}`;
}
