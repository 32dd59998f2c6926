/**
 * Scenarios of a transactional producer that some historical bugs need: two or three faults in one certain order,
 * which random plans reach once in many thousand runs. The other clients act as in any plan.
 */
import fc from 'fast-check';

import type { Client, Trigger } from '../../../impl/plan/plan.ts';
import type { TransactionScenario } from '../../../impl/simulated/defects/defect.ts';
import { TRANSACTION_STATE_TOPIC } from '../../../impl/kafka/internal-records.ts';
import type { TopicPartition } from '../../../model/history/history.ts';
import { ADMIN, type Participants } from '../cluster/participants.ts';
import { logUniform } from '../draws/magnitude.ts';
import type { ResolvedOptions } from '../options.ts';
import { choice, pick } from '../draws/pick.ts';
import { resolveWhen, type Timeline, type When, whenArbitrary } from '../draws/timeline.ts';
import type { FaultBody, OperationBody } from '../draws/bodies.ts';
import { GROUP } from '../workload/transaction-recipe.ts';
import type { ClientTimeouts } from '../workload/transactional-clients.ts';

export interface TransactionScenarioRecipe {
  readonly scenario: TransactionScenario;
  readonly when: When;
  readonly where: number;
  readonly gapMs: number;
  readonly lateMs: number;
}

/** Null if no bug asks for a scenario; nothing is drawn then. */
export function transactionScenarioArbitrary({
  transactionScenario: scenario,
}: Pick<ResolvedOptions, 'transactionScenario'>): fc.Arbitrary<TransactionScenarioRecipe | null> {
  if (scenario === null) return fc.constant(null);
  return fc.record({
    scenario: fc.constant(scenario),
    when: whenArbitrary,
    where: choice,
    gapMs: logUniform(5, 100),
    lateMs: logUniform(50, 1_000),
  });
}

export interface TransactionScenarioParts {
  readonly clients: readonly Client[];
  readonly operations: readonly OperationBody[];
  readonly faults: readonly { readonly is: 'fault'; readonly at: Trigger; readonly body: FaultBody }[];
}

const NOTHING: TransactionScenarioParts = { clients: [], operations: [], faults: [] };
const ID = 'transactions-0';

/**
 * `others`: the clients that the plan has already. Leaders are at their first brokers as long as nothing has
 * happened.
 */
export function resolveTransactionScenario(
  recipe: TransactionScenarioRecipe | null,
  others: readonly Client[],
  participants: Participants,
  timeline: Timeline,
  brokers: readonly string[],
  timeouts: ClientTimeouts,
): TransactionScenarioParts {
  if (recipe === null) return NOTHING;
  const producers = others.filter(({ kind }) => kind === 'producer').length;
  const place = pick(participants.partitions, recipe.where);
  return SCENARIOS[recipe.scenario]({
    first: `producer-${producers + 1}`,
    second: `producer-${producers + 2}`,
    // The transactional id of the scenario lies in partition 0 of the transaction log.
    coordinator: pick(brokers, 0),
    leader: pick(brokers, place.partition),
    brokers: brokers.length,
    place,
    elsewhere: participants.partitions.find((other) => other !== place) ?? null,
    consumer: pick(participants.consumers, recipe.where),
    beginMs: 300 + resolveWhen(recipe.when, timeline),
    gapMs: recipe.gapMs,
    lateMs: recipe.lateMs,
    timeouts,
  });
}

interface ScenarioContext {
  readonly first: string;
  readonly second: string;
  readonly coordinator: string;
  /** The leader of `place`. */
  readonly leader: string;
  readonly brokers: number;
  readonly place: TopicPartition;
  readonly elsewhere: TopicPartition | null;
  readonly consumer: string;
  readonly beginMs: number;
  readonly gapMs: number;
  readonly lateMs: number;
  readonly timeouts: ClientTimeouts;
}

const SCENARIOS: Readonly<
  Record<TransactionScenario, (context: ScenarioContext) => TransactionScenarioParts>
> = {
  takeover: ({ first, second, coordinator, place, elsewhere, consumer, beginMs, gapMs, lateMs }) => {
    const takesOverMs = beginMs + 2 * gapMs + 20;
    const goesOnMs = takesOverMs + gapMs + 40;
    return {
      clients: [producer(first), producer(second)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        ...transaction(first, place, beginMs, gapMs, null),
        { atMs: takesOverMs, client: second, kind: 'init-transactions' },
        // A partition or a group that the transaction has not touched before.
        elsewhere === null
          ? { atMs: goesOnMs, client: first, kind: 'send-offsets-to-transaction', group: GROUP, consumer }
          : { atMs: goesOnMs, client: first, kind: 'send', ...elsewhere, key: null },
        { atMs: goesOnMs + gapMs, client: first, kind: 'commit-transaction' },
      ],
      faults: [late('InitProducerId', 'response', coordinator, second, takesOverMs - 1, lateMs + 2 * gapMs)],
    };
  },

  'forgotten-id': ({ first, second, place, beginMs, gapMs, lateMs }) => {
    const forgottenMs = beginMs + FORGOTTEN_MS + lateMs;
    const againMs = forgottenMs + 4 * gapMs + 200;
    return {
      clients: [producer(first), producer(second)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        { atMs: beginMs, client: second, kind: 'init-transactions' },
        ...transaction(first, place, forgottenMs, gapMs, 'abort-transaction'),
        ...transaction(first, place, againMs, gapMs, 'commit-transaction'),
      ],
      faults: [],
    };
  },

  'clock-set-back': ({ first, coordinator, place, beginMs, gapMs, lateMs }) => {
    const againMs = beginMs + 5 * gapMs + 50;
    const jumpMs = -(againMs - beginMs + lateMs);
    return {
      clients: [producer(first)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        ...transaction(first, place, beginMs, gapMs, 'commit-transaction'),
        ...transaction(first, place, againMs, gapMs, 'commit-transaction'),
      ],
      faults: [
        {
          is: 'fault',
          at: { ms: againMs - 1 },
          body: { kind: 'clock', node: coordinator, jumpMs, driftPpm: 0, forMs: 2 * lateMs + 1_000 },
        },
      ],
    };
  },

  'late-verification': ({ first, coordinator, leader, place, beginMs, gapMs, lateMs, timeouts }) => {
    const sentMs = beginMs + gapMs;
    // It arrives just in time for the leader to verify it while the transaction is open.
    const comesMs = Math.max(50, timeouts.deliveryMs - 20 - (lateMs % 200));
    const answeredMs = timeouts.deliveryMs - comesMs + 100 + (lateMs >> 1);
    return {
      clients: [producer(first)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        { atMs: beginMs, client: first, kind: 'begin-transaction' },
        { atMs: sentMs, client: first, kind: 'send', ...place, key: null },
        { atMs: sentMs + timeouts.deliveryMs, client: first, kind: 'abort-transaction' },
      ],
      faults: [
        late('Produce', 'request', first, leader, sentMs - 1, comesMs),
        late('AddPartitionsToTxn', 'response', coordinator, leader, sentMs - 1, answeredMs),
      ],
    };
  },

  'coordinator-there-and-back': ({
    first,
    coordinator,
    leader,
    place,
    brokers,
    beginMs,
    gapMs,
    lateMs,
    timeouts,
  }) => {
    const endsMs = beginMs + 2 * gapMs;
    const move = {
      client: ADMIN,
      kind: 'move-leader',
      topic: TRANSACTION_STATE_TOPIC,
      partition: 0,
    } as const;
    const goesMs = endsMs + 30;
    return {
      clients: [producer(first)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        ...transaction(first, place, beginMs, gapMs, 'commit-transaction'),
        { ...move, atMs: goesMs, broker: Math.min(2, brokers) },
        { ...move, atMs: goesMs + 50 + gapMs, broker: 1 },
      ],
      faults: [
        late('WriteTxnMarkers', 'request', coordinator, leader, endsMs - 1, timeouts.requestMs + lateMs),
      ],
    };
  },

  'late-record': ({ first, leader, place, beginMs, gapMs, lateMs, timeouts }) => {
    const nextMs = beginMs + 3 * gapMs + 50;
    const sentMs = nextMs + gapMs;
    return {
      clients: [producer(first)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        // The partition knows the producer already, so that the late record leaves a sequence gap open.
        ...transaction(first, place, beginMs, gapMs, 'commit-transaction'),
        ...transaction(first, place, nextMs, gapMs, 'abort-transaction'),
        ...transaction(first, place, nextMs + 3 * gapMs, gapMs, 'commit-transaction'),
      ],
      faults: [late('Produce', 'request', first, leader, sentMs - 1, timeouts.deliveryMs + (lateMs >> 1))],
    };
  },

  'failed-batch': ({ first, leader, place, beginMs, gapMs, lateMs, timeouts }) => {
    const sentMs = beginMs + gapMs;
    const waitsMs = sentMs + 50 + (lateMs >> 1);
    const endsMs = Math.max(waitsMs, sentMs + timeouts.deliveryMs) + 150;
    return {
      clients: [producer(first)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        ...transaction(first, place, beginMs, gapMs, null),
        { atMs: waitsMs, client: first, kind: 'send', ...place, key: null },
        { atMs: endsMs, client: first, kind: 'abort-transaction' },
      ],
      faults: [late('Produce', 'request', first, leader, sentMs - 1, timeouts.deliveryMs + 2 * lateMs)],
    };
  },

  // The second request outlives the batch: when it arrives, the next transaction is being committed.
  'given-up-batch': ({ first, coordinator, leader, place, elsewhere, beginMs, gapMs, lateMs, timeouts }) => {
    const sentMs = beginMs + gapMs;
    const abortMs = sentMs + timeouts.deliveryMs + 10;
    const commitMs = sentMs + 2 * timeouts.requestMs - 20;
    const unanswered = (fromMs: number) => late('Produce', 'response', leader, first, fromMs, 5_000);
    return {
      clients: [producer(first)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        ...transaction(first, place, beginMs, gapMs, null),
        { atMs: abortMs, client: first, kind: 'abort-transaction' },
        ...transaction(first, elsewhere ?? place, abortMs + 1, 1, null),
        { atMs: commitMs, client: first, kind: 'commit-transaction' },
      ],
      faults: [
        unanswered(sentMs - 1),
        unanswered(sentMs + timeouts.requestMs),
        late('EndTxn', 'response', coordinator, first, commitMs - 1, 100 + (lateMs >> 1)),
      ],
    };
  },

  'partition-emigration': ({ first, coordinator, leader, place, brokers, beginMs, gapMs, lateMs }) => {
    const endsMs = beginMs + 2 * gapMs;
    const present = 1 + (place.partition % brokers);
    const others = Array.from({ length: brokers }, (_, index) => 1 + index).filter((id) => id !== present);
    const replicas = others.length === 0 ? [present] : others.slice(0, 2);
    return {
      clients: [producer(first)],
      operations: [
        { atMs: 0, client: first, kind: 'init-transactions' },
        ...transaction(first, place, beginMs, gapMs, 'commit-transaction'),
        { atMs: endsMs + 5, client: ADMIN, kind: 'reassign', ...place, replicas },
      ],
      faults: [late('WriteTxnMarkers', 'request', coordinator, leader, endsMs - 1, 700 + lateMs)],
    };
  },
};

/** Longer than `transactional.id.expiration.ms` of this scenario plus the interval of the check. */
const FORGOTTEN_MS = 1_500;

function producer(name: string): Client {
  return { kind: 'producer', name, transactionalId: ID };
}

/** `end` null: the transaction stays open. */
function transaction(
  client: string,
  place: TopicPartition,
  beginMs: number,
  gapMs: number,
  end: 'commit-transaction' | 'abort-transaction' | null,
): OperationBody[] {
  const bodies: OperationBody[] = [
    { atMs: beginMs, client, kind: 'begin-transaction' },
    { atMs: beginMs + gapMs, client, kind: 'send', ...place, key: null },
  ];
  return end === null ? bodies : [...bodies, { atMs: beginMs + 2 * gapMs, client, kind: end }];
}

function late(
  api: string,
  type: 'request' | 'response',
  from: string,
  to: string,
  fromMs: number,
  delayMs: number,
): TransactionScenarioParts['faults'][number] {
  return {
    is: 'fault',
    at: { ms: Math.max(0, fromMs) },
    body: { kind: 'message', effect: 'delay', from, to, api, type, delayMs },
  };
}
