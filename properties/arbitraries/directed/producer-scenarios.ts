/**
 * Scenarios of one producer that some historical bugs need (`Defect.needs.directedScenario`): a few calls and faults
 * that must fit together to the millisecond, which random plans hardly ever do.
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
  /** Whether the plan has the scenario. */
  readonly happens: boolean;
  readonly busyPeriod: number;
  readonly where: number;
  readonly variant: number;
  readonly gapsMs: readonly number[];
}

/** The parts that the scenario adds to a plan. */
export interface ProducerScenarioParts {
  readonly topics: readonly Topic[];
  readonly clients: readonly Client[];
  readonly operations: readonly OperationBody[];
  readonly faults: readonly UnnumberedFault[];
  /** The timeouts that the scenario needs, unless the user has fixed them. */
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
/** Longer than the default fetch.max.wait.ms, or consumers would give up every fetch that finds nothing. */
const REQUEST_TIMEOUT_MS = 600;
const PRODUCER = 'producer-of-story';

/** The leader of a partition as long as no leader has moved: the first broker leads the first partitions. */
function leaderOf({ partition }: TopicPartition, { brokers }: FaultTargets): string {
  return pick(brokers, partition);
}

function send(atMs: number, place: TopicPartition, client = PRODUCER): OperationBody {
  return { atMs, client, kind: 'send', topic: place.topic, partition: place.partition, key: null };
}

/** A topic with two partitions that two brokers lead, and that no other client writes to. */
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
 * A batch expires while its request is on the wire (KAFKA-19012):
 * 1. A batch waits for the response to the one before it.
 * 2. It expires when its request has just left for a slow broker.
 * 3. The next batch, to another broker, is created and sent before that request arrives.
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
      // Still on its way when the batch expires and when the next batch is sent.
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
 * A producer begins a new epoch while a batch of the old one is being retried (KAFKA-5870):
 * 1. A batch to an unreachable broker expires, so that its producer begins a new epoch.
 * 2. Another partition moves: a batch of the old epoch is on its way to the former leader.
 * 3. The next batch goes to the new leader.
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
 * Controllers fail while brokers hold blocks of producer ids; then some producers restart, and each writes its first
 * batch (KAFKA-15552). A producer asks for an id when it starts.
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
 * A batch that is not the producer's first reaches the new leader first (KAFKA-15591):
 * 1. The first two batches of a producer in a partition are on a long way to the former leader.
 * 2. The third goes to the new leader, which knows nothing of the producer.
 * 3. The first batch expires; the second gets a sequence of a new epoch.
 * An admin client of its own moves the leader, so that its call waits for no other.
 */
const movesBeforeFirstBatch: Scenario = ({ recipe, targets, beginMs }) => {
  const [moving] = PLACES;
  const [moveMs = 1, gapMs = 1] = recipe.gapsMs;
  const secondMs = beginMs + 800;
  // A leader moves in two steps; each takes a slow cluster half a second.
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

/** A producer pauses in a transaction for longer than the transaction timeout, and goes on (KAFKA-6119). */
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

/** The parts of the scenario; empty if no bug asks for one, and in some plans where a bug does. */
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
