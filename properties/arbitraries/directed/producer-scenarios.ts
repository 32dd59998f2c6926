/**
 * Stories about one producer that only a search for a certain historical bug asks for (`Defect.needs.directedScenario`): a few
 * calls and a few mishaps that must fit together to the millisecond, and hardly ever do by themselves.
 */
import fc from 'fast-check';

import type { Client, Plan, Topic, Trigger } from '../../../impl/plan/plan.ts';
import type { ProducerScenario } from '../../../impl/simulated/defects/defect.ts';
import type { TopicPartition } from '../../../model/history/history.ts';
import type { OperationBody, UnnumberedFault } from '../draws/bodies.ts';
import { ADMIN, type Participants } from '../cluster/participants.ts';
import type { FaultTargets } from '../faults/fault-recipe.ts';
import { logUniform } from '../draws/magnitude.ts';
import type { ResolvedOptions } from '../options.ts';
import { chance } from '../draws/choices.ts';
import { choice, percent, pick } from '../draws/pick.ts';
import type { Timeline } from '../draws/timeline.ts';

export interface ProducerScenarioRecipe {
  /** In so many cases of a hundred it is percent. */
  readonly happens: boolean;
  readonly busyPeriod: number;
  readonly where: number;
  readonly variant: number;
  readonly gapsMs: readonly number[];
}

/** What the scenario adds to a plan. */
export interface ProducerScenarioParts {
  readonly topics: readonly Topic[];
  readonly clients: readonly Client[];
  readonly operations: readonly OperationBody[];
  readonly faults: readonly UnnumberedFault[];
  /** The times that the scenario takes, where the user has not fixed them. */
  readonly settings: Plan['configuration'];
}

const GAPS = 6;

export function producerScenarioArbitrary({
  producerScenario: scenario,
}: Pick<ResolvedOptions, 'producerScenario'>): fc.Arbitrary<ProducerScenarioRecipe | null> {
  return scenario === null ? fc.constant(null) : recipeArbitrary;
}

const recipeArbitrary: fc.Arbitrary<ProducerScenarioRecipe> = fc.record({
  happens: chance(60),
  busyPeriod: choice,
  where: choice,
  variant: percent,
  gapsMs: fc.array(logUniform(1, 60), { minLength: GAPS, maxLength: GAPS }),
});

interface ScenarioContext {
  readonly recipe: ProducerScenarioRecipe;
  readonly participants: Participants;
  readonly targets: FaultTargets;
  readonly beginMs: number;
}

type Scenario = (context: ScenarioContext) => ProducerScenarioParts;

const NOTHING: ProducerScenarioParts = { topics: [], clients: [], operations: [], faults: [], settings: {} };
/** More than a consumer's fetch may wait by default, or it gives up every one (fetch.max.wait.ms). */
const REQUEST_TIMEOUT_MS = 600;
const PRODUCER = 'producer-of-story';

/** Who leads it, as long as no leader has moved: the first broker leads the first partitions. */
function leaderOf({ partition }: TopicPartition, { brokers }: FaultTargets): string {
  return pick(brokers, partition);
}

function send(atMs: number, place: TopicPartition, client = PRODUCER): OperationBody {
  return { atMs, client, kind: 'send', topic: place.topic, partition: place.partition, key: null };
}

/** A topic of its own, so that there are two partitions, led by two brokers, and nobody else comes between. */
const TOPIC: Topic = { name: 'of-story', partitions: 2, replicationFactor: null };
const PLACES: readonly [TopicPartition, TopicPartition] = [
  { topic: TOPIC.name, partition: 0 },
  { topic: TOPIC.name, partition: 1 },
];

function lateProduce(atMs: number, to: string, delayMs: number | null): UnnumberedFault {
  const at: Trigger = { ms: atMs };
  const message = { kind: 'message', api: 'Produce', type: 'request', from: PRODUCER, to } as const;
  return delayMs === null
    ? { at, ...message, effect: 'lose', delayMs: 0 }
    : { at, ...message, effect: 'delay', delayMs };
}

/**
 * A batch waits until the one before it is answered, and is given up when its request has just set out to a slow
 * broker. The next batch, to another broker, is made and sent before that request arrives (KAFKA-19012).
 */
const expiresOnTheWire: Scenario = ({ recipe, targets, beginMs }) => {
  const [slow, quick] = PLACES;
  const [firstGap = 1, secondGap = 1] = recipe.gapsMs;
  const patienceMs = 700;
  const halfMs = 350;
  const broker = leaderOf(slow, targets);
  return {
    topics: [TOPIC],
    clients: [{ kind: 'producer', name: PRODUCER }],
    operations: [
      send(0, quick),
      send(beginMs, slow),
      send(beginMs + 1, slow),
      send(beginMs + 1 + patienceMs + firstGap, quick),
    ],
    faults: [
      lateProduce(beginMs - 1, broker, halfMs),
      // On the way when its time is over, and still when the next batch sets out.
      lateProduce(beginMs + 1, broker, halfMs + firstGap + secondGap),
    ],
    settings: {
      'delivery.timeout.ms': patienceMs,
      'request.timeout.ms': REQUEST_TIMEOUT_MS,
      'max.in.flight.requests.per.connection': 1,
      'linger.ms': 0,
    },
  };
};

/**
 * A batch to a broker that is out of reach is given up, so that its producer begins a new epoch. Just then another
 * partition moves: a batch of the old epoch is on the way to the broker that led it, and the next one goes to the
 * broker that leads it now (KAFKA-5870).
 */
const newEpochAmidstRetry: Scenario = ({ recipe, targets, beginMs }) => {
  const [unreachable, moving] = PLACES;
  const [firstGap = 1, secondGap = 1] = recipe.gapsMs;
  const patienceMs = 3_000;
  const newEpochMs = beginMs + patienceMs;
  const others = targets.brokers.flatMap((name, index) =>
    name === leaderOf(unreachable, targets) || name === leaderOf(moving, targets) ? [] : [index + 1],
  );
  return {
    topics: [TOPIC],
    clients: [{ kind: 'producer', name: PRODUCER }],
    operations: [
      send(0, unreachable),
      send(0, moving),
      send(beginMs, unreachable),
      send(newEpochMs - firstGap, moving),
      ...others.slice(0, 1).map((broker): OperationBody => ({
        atMs: newEpochMs - firstGap + 1,
        client: ADMIN,
        kind: 'move-leader',
        ...moving,
        broker,
      })),
      send(newEpochMs + 200 + secondGap, moving),
    ],
    faults: [
      {
        at: { ms: beginMs - 1 },
        kind: 'partition',
        side: [PRODUCER],
        other: [leaderOf(unreachable, targets)],
        direction: 'both',
        effect: 'lose',
        forMs: patienceMs,
      },
      lateProduce(newEpochMs - firstGap - 1, leaderOf(moving, targets), 400),
    ],
    settings: {
      'delivery.timeout.ms': patienceMs,
      'request.timeout.ms': REQUEST_TIMEOUT_MS,
      'metadata.max.age.ms': 50,
      'linger.ms': 0,
    },
  };
};

/**
 * Controllers fail while brokers have ids in hand; then some producers come anew, and write the first batch of each
 * (KAFKA-15552). A producer has an id from its beginning.
 */
const idsAfterFailover: Scenario = ({ recipe, participants, targets, beginMs }) => {
  const place = pick(participants.partitions, recipe.where);
  const [gapMs = 1] = recipe.gapsMs;
  const producers = [1, 2, 3].map((n) => `${PRODUCER}-${n}`);
  // Another controller is elected meanwhile.
  const againMs = beginMs + 2_000;
  return {
    ...NOTHING,
    clients: producers.map((name): Client => ({ kind: 'producer', name })),
    operations: producers.flatMap((client, index): OperationBody[] => [
      { atMs: againMs + index * gapMs, client, kind: 'restart-producer' },
      send(againMs + 200 + index * gapMs, place, client),
    ]),
    faults: targets.quorum.slice(0, 3).map((node): UnnumberedFault => ({
      at: { ms: beginMs },
      kind: 'crash',
      node,
      restartAfterMs: 100,
    })),
  };
};

/**
 * The first two batches of a producer in a partition are on their long way to the broker that led it, and the third
 * goes to the one that leads it now: it comes first to whoever knows nothing of the producer (KAFKA-15591). The first
 * is given up then; the second is still young, and gets a sequence of a new epoch. An admin of the scenario's own moves
 * the leader: that one waits for nobody else's calls.
 */
const movesBeforeFirstBatch: Scenario = ({ recipe, targets, beginMs }) => {
  const [moving] = PLACES;
  const [moveMs = 1, gapMs = 1] = recipe.gapsMs;
  const secondMs = beginMs + 800;
  // A leader moves in two steps, each of which a slow cluster takes half a second for.
  const lateMs = 3_000;
  const former = leaderOf(moving, targets);
  const others = targets.brokers.flatMap((name, index) => (name === former ? [] : [index + 1]));
  const admin = 'admin-of-story';
  return {
    topics: [TOPIC],
    clients: [
      { kind: 'producer', name: PRODUCER },
      { kind: 'admin', name: admin },
    ],
    operations: [
      send(beginMs, moving),
      send(secondMs, moving),
      ...others.slice(0, 1).map((broker): OperationBody => ({
        atMs: secondMs + moveMs,
        client: admin,
        kind: 'move-leader',
        ...moving,
        broker,
      })),
      send(secondMs + 1_200 + 10 * gapMs, moving),
    ],
    faults: [lateProduce(beginMs - 1, former, lateMs)],
    settings: {
      'request.timeout.ms': lateMs + 500,
      'delivery.timeout.ms': 2 * lateMs,
      'metadata.max.age.ms': 50,
      'enable.idempotence': true,
      'max.in.flight.requests.per.connection': 5,
      'linger.ms': 0,
    },
  };
};

/** A producer pauses amidst a transaction for longer than its timeout, and goes on (KAFKA-6119). */
const transactionOutlivesTimeout: Scenario = ({ recipe, participants, beginMs }) => {
  const [first, second] = [
    pick(participants.partitions, recipe.where),
    pick(participants.partitions, recipe.variant),
  ];
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

const SCENARIOS: Readonly<Record<ProducerScenario, Scenario>> = {
  'expires-on-the-wire': expiresOnTheWire,
  'new-epoch-amidst-retry': newEpochAmidstRetry,
  'ids-after-failover': idsAfterFailover,
  'moves-before-first-batch': movesBeforeFirstBatch,
  'transaction-outlives-timeout': transactionOutlivesTimeout,
};

/** Nothing where nobody asks for a scenario, and in some plans where somebody does. */
export function resolveProducerScenario(
  scenario: ProducerScenario | null,
  recipe: ProducerScenarioRecipe | null,
  participants: Participants,
  timeline: Timeline,
  targets: FaultTargets,
): ProducerScenarioParts {
  if (scenario === null || recipe === null || !recipe.happens) return NOTHING;
  const beginMs = 100 + pick(timeline.busyPeriodsMs, recipe.busyPeriod);
  return SCENARIOS[scenario]({ recipe, participants, targets, beginMs });
}
