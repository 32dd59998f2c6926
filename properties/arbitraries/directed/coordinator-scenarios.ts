/**
 * What historical bugs want to happen to a transactional producer, where no search would come upon it by itself
 * (`Defect.needs.directedScenario`). Times and names are drawn all the same.
 */
import type { CoordinatorScenario } from '../../../impl/simulated/defects/defect.ts';
import { TRANSACTION_STATE_TOPIC } from '../../../impl/kafka/internal-records.ts';
import type { TopicPartition } from '../../../model/history/history.ts';
import type { OperationBody, TimedFault } from '../draws/bodies.ts';
import { ADMIN } from '../cluster/participants.ts';

/** The broker after the one that leads the log at first. */
function moveLog(partition: number, brokers: readonly string[], atMs: number): OperationBody {
  const broker = ((partition + 1) % brokers.length) + 1;
  return { atMs, client: ADMIN, kind: 'move-leader', topic: TRANSACTION_STATE_TOPIC, partition, broker };
}

/** No topic has it. */
const NOWHERE = 'nowhere';
/** That the transaction is being aborted; the epoch; and that again. */
const ANSWERS = 3;

export interface CoordinatorScenarioSteps {
  readonly operations: readonly OperationBody[];
  readonly faults: readonly TimedFault[];
}

export interface CoordinatorContext {
  readonly client: string;
  readonly place: TopicPartition;
  /** Whose positions in which group it may commit. */
  readonly group: string;
  readonly consumer: string;
  /** Of the log of transactions, the first broker leads partition 0, the second partition 1. */
  readonly log: number;
  readonly brokers: readonly string[];
  readonly controllers: readonly string[];
  readonly beginMs: number;
  readonly gapMs: number;
  /** After how long a call, and a request, is given up. */
  readonly blockMs: number;
  readonly requestMs: number;
  /** How long the replacement of the coordinator takes, or comes after what it is to hit. */
  readonly movesMs: number;
}

type Scenario = (context: CoordinatorContext) => CoordinatorScenarioSteps;

/**
 * It is not told its new epoch, and asks again when its coordinator has been replaced (KIP-360): one of its records
 * cannot be sent, so it aborts, and with the first version of transactions it asks for an epoch then. The answers are
 * lost until another broker leads the log.
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

/** The same, in its second epoch, which may be the last one of its producer id. */
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

/** A record that nobody can send, and so an abort; the calls wait for each other. */
function aborted(client: string, atMs: number): OperationBody[] {
  return [
    { atMs, client, kind: 'send', topic: NOWHERE, partition: 0, key: null },
    { atMs: atMs + 1, client, kind: 'abort-transaction' },
  ];
}

/** What the coordinator answers to the last abort is lost, until another broker leads the log. */
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
 * Its coordinator is replaced and does not hear of it; nor does the group coordinator, which is the same broker. It ends
 * a transaction elsewhere, and the group coordinator asks the old one about the next.
 */
const deafCoordinator: Scenario = (context) => {
  const { client, place, group, consumer, log, brokers, controllers, beginMs, gapMs, requestMs, movesMs } =
    context;
  const at = (n: number): number => beginMs + n * gapMs;
  const deaf = brokers[log % brokers.length] ?? '';
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
          other: [deaf],
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
