/**
 * Stories about one producer that only a search for a certain historical bug asks for (`Defect.needs.story`): a few
 * calls and a few mishaps that must fit together to the millisecond, and hardly ever do by themselves.
 */
import fc from 'fast-check';

import type { Client, Fault, Operation, Plan, Trigger } from '../../impl/plan.ts';
import type { ProducerStory } from '../../impl/simulated/defects/defect.ts';
import type { TopicPartition } from '../../model/history.ts';
import type { Cast } from './cluster.ts';
import type { Battlefield } from './fault-recipe.ts';
import { logUniform } from './magnitude.ts';
import { choice, percent, pick } from './pick.ts';
import type { Tempo } from './tempo.ts';

type Body<T extends { readonly id: number }> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

export interface ProducerStoryRecipe {
  /** In so many cases of a hundred it is told. */
  readonly told: number;
  readonly moment: number;
  readonly where: number;
  readonly variant: number;
  readonly gapsMs: readonly number[];
}

/** What the story adds to a plan. */
export interface ToldStory {
  readonly clients: readonly Client[];
  readonly operations: readonly Body<Operation>[];
  readonly faults: readonly Body<Fault>[];
  /** The times that the story takes, where the user has not fixed them. */
  readonly settings: Plan['configuration'];
}

const SHARE = 60;
const GAPS = 6;

export const producerStoryArbitrary: fc.Arbitrary<ProducerStoryRecipe> = fc.record({
  told: percent,
  moment: choice,
  where: choice,
  variant: percent,
  gapsMs: fc.array(logUniform(1, 60), { minLength: GAPS, maxLength: GAPS }),
});

interface Stage {
  readonly recipe: ProducerStoryRecipe;
  readonly cast: Cast;
  readonly field: Battlefield;
  readonly beginMs: number;
}

type Story = (stage: Stage) => ToldStory | null;

const NOTHING: ToldStory = { clients: [], operations: [], faults: [], settings: {} };
const PRODUCER = 'producer-of-story';

/** Who leads it, as long as no leader has moved: the first broker leads the first partitions. */
function leaderOf({ partition }: TopicPartition, { brokers }: Battlefield): string {
  return pick(brokers, partition);
}

function send(atMs: number, place: TopicPartition, client = PRODUCER): Body<Operation> {
  return { atMs, client, kind: 'send', topic: place.topic, partition: place.partition, key: null };
}

/** A partition, and another one that another broker leads. */
function twoPlaces({ cast, recipe }: Stage): readonly [TopicPartition, TopicPartition] | null {
  const first = pick(cast.partitions, recipe.where);
  const others = cast.partitions.filter(({ partition }) => partition !== first.partition);
  return others.length === 0 ? null : [first, pick(others, recipe.variant)];
}

function lateProduce(atMs: number, to: string, delayMs: number | null): Body<Fault> {
  const at: Trigger = { ms: Math.max(0, atMs) };
  const message = { kind: 'message', api: 'Produce', type: 'request', from: PRODUCER, to } as const;
  return delayMs === null
    ? { at, ...message, effect: 'lose', delayMs: 0 }
    : { at, ...message, effect: 'delay', delayMs };
}

/**
 * A batch is given up while its second attempt is on its way to a slow broker; the next batch, to another broker, is
 * made and sent before that attempt arrives (KAFKA-19012).
 */
const expiresOnTheWire: Story = (stage) => {
  const places = twoPlaces(stage);
  if (places === null) return null;
  const [first, second] = places;
  const { recipe, field, beginMs } = stage;
  const [firstGap = 1, secondGap = 1] = recipe.gapsMs;
  const patienceMs = 700;
  const requestMs = 500;
  const nextMs = beginMs + patienceMs + firstGap;
  const slow = leaderOf(first, field);
  return {
    ...NOTHING,
    clients: [{ kind: 'producer', name: PRODUCER }],
    operations: [send(0, first), send(0, second), send(beginMs, first), send(nextMs, second)],
    faults: [
      lateProduce(beginMs - 1, slow, null),
      // It is on the wire when its time is over, and comes when the next batch is.
      lateProduce(beginMs + requestMs - 10, slow, patienceMs - requestMs + firstGap + secondGap),
    ],
    settings: {
      'delivery.timeout.ms': patienceMs,
      'request.timeout.ms': requestMs,
      'retry.backoff.ms': 20,
      'linger.ms': 0,
    },
  };
};

/**
 * A batch to a broker that is out of reach is given up, so that its producer begins a new epoch. Just then a batch of
 * the old epoch to another broker is lost, and another one is behind it (KAFKA-5870).
 */
const newEpochAmidstRetry: Story = (stage) => {
  const places = twoPlaces(stage);
  if (places === null) return null;
  const [unreachable, healthy] = places;
  const { recipe, field, beginMs } = stage;
  const [firstGap = 1, secondGap = 1] = recipe.gapsMs;
  const patienceMs = 3_000;
  const other = field.brokers.filter((name) => name === leaderOf(unreachable, field));
  const newEpochMs = beginMs + patienceMs;
  return {
    ...NOTHING,
    clients: [{ kind: 'producer', name: PRODUCER }],
    operations: [
      send(0, unreachable),
      send(0, healthy),
      send(beginMs, unreachable),
      send(newEpochMs - firstGap, healthy),
      send(newEpochMs + secondGap, healthy),
    ],
    faults: [
      {
        at: { ms: Math.max(0, beginMs - 1) },
        kind: 'partition',
        side: [PRODUCER],
        other,
        direction: 'both',
        effect: 'lose',
        forMs: patienceMs,
      },
      lateProduce(newEpochMs - firstGap - 1, leaderOf(healthy, field), null),
    ],
    settings: { 'delivery.timeout.ms': patienceMs, 'request.timeout.ms': 500, 'linger.ms': 0 },
  };
};

/**
 * Controllers fail while brokers have ids in hand; then some producers come anew, and write the first batch of each
 * (KAFKA-15552). A producer has an id from its beginning.
 */
const idsAfterFailover: Story = ({ recipe, cast, field, beginMs }) => {
  const place = pick(cast.partitions, recipe.where);
  const [gapMs = 1] = recipe.gapsMs;
  const producers = [1, 2, 3].map((n) => `${PRODUCER}-${n}`);
  // Another controller is elected meanwhile.
  const againMs = beginMs + 2_000;
  return {
    ...NOTHING,
    clients: producers.map((name): Client => ({ kind: 'producer', name })),
    operations: producers.flatMap((client, index): Body<Operation>[] => [
      { atMs: againMs + index * gapMs, client, kind: 'restart-producer' },
      send(againMs + 200 + index * gapMs, place, client),
    ]),
    faults: field.quorum.slice(0, 3).map((node): Body<Fault> => ({
      at: { ms: beginMs },
      kind: 'crash',
      node,
      restartAfterMs: 100,
    })),
  };
};

/** A producer pauses amidst a transaction for longer than its timeout, and goes on (KAFKA-6119). */
const transactionOutlivesTimeout: Story = ({ recipe, cast, beginMs }) => {
  const [first, second] = [pick(cast.partitions, recipe.where), pick(cast.partitions, recipe.variant)];
  const [gapMs = 1, endMs = 1] = recipe.gapsMs;
  const timeoutMs = 500;
  const againMs = beginMs + timeoutMs + 600 + 4 * gapMs;
  const client = PRODUCER;
  return {
    ...NOTHING,
    clients: [{ kind: 'producer', name: client, transactionalId: 'transactions-of-story' }],
    operations: [
      { atMs: 0, client, kind: 'init-transactions' },
      { atMs: beginMs, client, kind: 'begin-transaction' },
      send(beginMs + gapMs, first),
      send(againMs, second),
      { atMs: againMs + endMs, client, kind: 'commit-transaction' },
    ],
    settings: {
      'transaction.timeout.ms': timeoutMs,
      'transaction.abort.timed.out.transaction.cleanup.interval.ms': 200,
    },
  };
};

const STORIES: Readonly<Record<ProducerStory, Story>> = {
  'expires-on-the-wire': expiresOnTheWire,
  'new-epoch-amidst-retry': newEpochAmidstRetry,
  'ids-after-failover': idsAfterFailover,
  'transaction-outlives-timeout': transactionOutlivesTimeout,
};

/** Nothing in most plans: where nobody asks for a story, and where there is no room for it. */
export function resolveProducerStory(
  story: ProducerStory | null,
  recipe: ProducerStoryRecipe | null,
  cast: Cast,
  tempo: Tempo,
  field: Battlefield,
): ToldStory {
  if (story === null || recipe === null || recipe.told >= SHARE) return NOTHING;
  const beginMs = 100 + pick(tempo.momentsMs, recipe.moment);
  return STORIES[story]({ recipe, cast, field, beginMs }) ?? NOTHING;
}
