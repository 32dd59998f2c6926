/**
 * Scenarios around the coordinator of a transactional producer that some historical bugs need
 * (`Defect.needs.directedScenario`), because random plans do not reach them. Times and names are drawn as in any
 * plan.
 */
import type { CoordinatorScenario } from '../../../impl/simulated/defects/defect.ts';
import { TRANSACTION_STATE_TOPIC } from '../../../impl/kafka/internal-records.ts';
import type { TopicPartition } from '../../../model/history/history.ts';
import type { OperationBody, TimedFault } from '../draws/bodies.ts';
import { ADMIN } from '../cluster/participants.ts';

/** Moves the partition of the transaction log to the broker after the one that leads it at first. */
function moveLog(partition: number, brokers: readonly string[], atMs: number): OperationBody {
  const broker = ((partition + 1) % brokers.length) + 1;
  return { atMs, client: ADMIN, kind: 'move-leader', topic: TRANSACTION_STATE_TOPIC, partition, broker };
}

/** A topic that does not exist. */
const NOWHERE = 'nowhere';
/** The responses that are lost: that the abort is still under way, the new epoch, and the new epoch again. */
const ANSWERS = 3;

export interface CoordinatorScenarioSteps {
  readonly operations: readonly OperationBody[];
  readonly faults: readonly TimedFault[];
}

export interface CoordinatorContext {
  readonly client: string;
  readonly place: TopicPartition;
  /** The group, and the consumer whose positions the producer may commit to it. */
  readonly group: string;
  readonly consumer: string;
  /** The partition of the transaction log; at first, the first broker leads partition 0, the second partition 1. */
  readonly log: number;
  readonly brokers: readonly string[];
  readonly controllers: readonly string[];
  readonly beginMs: number;
  readonly gapMs: number;
  /** The timeouts after which a call and a request are given up. */
  readonly blockMs: number;
  readonly requestMs: number;
  /** The time that the coordinator takes to move, or by which the move follows what it disturbs. */
  readonly movesMs: number;
}

type Scenario = (context: CoordinatorContext) => CoordinatorScenarioSteps;

/**
 * A producer does not learn its new epoch and asks for it again at a new coordinator (KIP-360):
 * 1. One of its records cannot be sent, so it aborts, and with transaction version 1 it then asks for a new epoch.
 * 2. The responses are lost until another broker leads the partition of the transaction log.
 */
const lostEpoch: Scenario = (context) => {
  const { client, place, beginMs, gapMs, blockMs } = context;
  const first: OperationBody = { atMs: beginMs + gapMs, client, kind: 'send', ...place, key: null };
  return loses(context, beginMs + 2 * gapMs + blockMs, [
    { atMs: beginMs, client, kind: 'begin-transaction' },
    first,
    ...aborted(client, beginMs + 2 * gapMs),
  ]);
};

/** `lostEpoch` in the producer's second epoch, which may be the last one of its producer id. */
const lostProducerId: Scenario = (context) => {
  const { client, beginMs, gapMs, blockMs, requestMs } = context;
  const againMs = beginMs + gapMs + blockMs + requestMs;
  return loses(context, againMs + gapMs + blockMs, [
    { atMs: beginMs, client, kind: 'begin-transaction' },
    ...aborted(client, beginMs + gapMs),
    { atMs: againMs, client, kind: 'begin-transaction' },
    ...aborted(client, againMs + gapMs),
  ]);
};

/** A record that cannot be sent, and so an abort; the calls are made one after the other. */
function aborted(client: string, atMs: number): OperationBody[] {
  return [
    { atMs, client, kind: 'send', topic: NOWHERE, partition: 0, key: null },
    { atMs: atMs + 1, client, kind: 'abort-transaction' },
  ];
}

/** The coordinator's responses about the last abort are lost until another broker leads the log. */
function loses(
  { client, log, brokers, requestMs, blockMs, movesMs }: CoordinatorContext,
  abortMs: number,
  operations: readonly OperationBody[],
): CoordinatorScenarioSteps {
  const from = brokers[log % brokers.length] ?? '';
  return {
    operations: [
      { atMs: 0, client, kind: 'init-transactions' },
      ...operations,
      moveLog(log, brokers, abortMs + movesMs),
      { atMs: abortMs + 3 * requestMs, client, kind: 'begin-transaction' },
    ],
    faults: Array.from({ length: ANSWERS }, () => ({
      atMs: abortMs - blockMs,
      body: {
        kind: 'message',
        effect: 'lose',
        from,
        to: client,
        api: 'InitProducerId',
        type: 'response',
        delayMs: 0,
      },
    })),
  };
}

/**
 * A deposed coordinator does not learn that it was replaced, nor does the group coordinator, which is the same
 * broker. The producer ends a transaction at the new coordinator, and the group coordinator verifies its next one at
 * the old coordinator.
 */
const deafCoordinator: Scenario = (context) => {
  const { client, place, group, consumer, log, brokers, controllers, beginMs, gapMs, requestMs, movesMs } =
    context;
  const at = (n: number): number => beginMs + n * gapMs;
  const isolated = brokers[log % brokers.length] ?? '';
  const commitMs = at(2) + movesMs;
  return {
    operations: [
      { atMs: 0, client, kind: 'init-transactions' },
      { atMs: beginMs, client, kind: 'begin-transaction' },
      { atMs: at(1), client, kind: 'send', ...place, key: null },
      moveLog(log, brokers, at(2)),
      { atMs: commitMs, client, kind: 'commit-transaction' },
      { atMs: commitMs + 1, client, kind: 'begin-transaction' },
      { atMs: commitMs + 1, client, kind: 'send-offsets-to-transaction', group, consumer },
      { atMs: commitMs + 2 * requestMs, client, kind: 'commit-transaction' },
    ],
    faults: [
      {
        atMs: at(1),
        body: {
          kind: 'partition',
          side: [...controllers],
          other: [isolated],
          direction: 'side-to-other',
          effect: 'hold',
          forMs: gapMs + movesMs + 12 * requestMs,
        },
      },
    ],
  };
};

const SCENARIOS: Readonly<Record<CoordinatorScenario, Scenario>> = {
  'lost-epoch': lostEpoch,
  'lost-producer-id': lostProducerId,
  'deaf-coordinator': deafCoordinator,
};

export function coordinatorScenario(
  scenario: CoordinatorScenario,
  context: CoordinatorContext,
): CoordinatorScenarioSteps {
  return SCENARIOS[scenario](context);
}
