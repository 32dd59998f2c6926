import { activeControllers, brokenPromises, compare, decided, endOf, finalLog, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { afterProbe, CONTROLLER_1_LEADS, crash, send } from './story.ts';

const PRELUDE_MS = 3_000;

export const activeControllerDies = scenario({
  name: 'active-controller-dies',
  theme: 'Brokers and controllers',
  title:
    'The active controller dies in the middle of a decision, and another one goes on with what is committed',
  teaches:
    'The controllers are a Raft quorum that keeps the log of the metadata (KIP-500, KIP-595); its leader is the active controller. What it decides is appended to that log and holds once a majority has it. Here it has just decided to fence a broker when it dies. The others fetch from it no more, and after controller.quorum.fetch.timeout.ms one of them stands for election in a new epoch; nobody without all that is committed can win. Brokers ask one controller after the other until one is active. Sessions are in memory only, so the new controller gives every broker a full one before it judges; then it comes to the same decision, or finds that it was made.',
  outcome:
    'The loss of broker 1 is decided once, with the leader in epoch 1: whichever controller it was, nobody hears of two decisions.',
  story: {
    brokers: 3,
    controllers: 3,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      'broker.session.timeout.ms': 3_000,
      'broker.heartbeat.interval.ms': 500,
    },
    expect: ['no-loss'],
    steps: [
      ...CONTROLLER_1_LEADS,
      send(1, 3_000),
      crash('broker-1', 3_500),
      send(2, 4_000),
      crash('controller-1', afterProbe('broker-fenced', 'controller-1', 1, 0)),
      send(3, 20_000),
    ],
  },
  judge: (result) => {
    const [active, ...others] = activeControllers(result, PRELUDE_MS);
    return [
      ...compare('who led the quorum', activeControllers(result).at(-2), 'controller-1'),
      ...compare(
        'another controller is active',
        active === 'controller-2' || active === 'controller-3',
        true,
      ),
      ...compare('and nobody after it', others, []),
      ...compare('who was fenced', new Set(decided(result, 'broker-fenced')).size, 1),
      ...compare('the leaders', leaders(result), [1, 2]),
      ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
      ...compare('the send of v3', endOf(result, 3), 'ok at offset 2'),
      ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
      ...compare('broken promises', brokenPromises(result), []),
    ];
  },
});
