import { brokenPromises, compare, endedAtMs, endOf, finalLog, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, poll, send } from './story.ts';

const CONTROLLERS_RETURN_MS = 15_000;

export const noMajorityOfControllersNoDecision = scenario({
  name: 'no-majority-of-controllers-no-decision',
  theme: 'Brokers and controllers',
  title: 'Without a majority of its controllers a cluster decides nothing, and forgets nothing',
  teaches:
    'A decision of the controller, such as a new leader for a partition, takes effect when a majority of the quorum has it on disk (KIP-595). With two of three controllers gone, the third one resigns if it led (check quorum), and a partition whose leader dies now has none. What was decided before still holds: when the controllers are back they elect a leader among themselves, it waits a full session for every broker, and then elects the new leader of the partition from the in-sync replicas.',
  outcome:
    'The send of v2 waits until two controllers are back and broker 2 has been elected; no promise is broken.',
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
      send(1, 2_200),
      crash('controller-1', 2_500, CONTROLLERS_RETURN_MS - 2_500),
      crash('controller-2', 2_500, CONTROLLERS_RETURN_MS - 2_500),
      crash('broker-1', 3_000),
      send(2, 3_500),
      poll(3, 40_000),
    ],
  },
  judge: (result) => [
    ...compare('the send of v1', endOf(result, 1), 'ok at offset 0'),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('v2 waited for the controllers', endedAtMs(result, 2) > CONTROLLERS_RETURN_MS, true),
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('the final log', finalLog(result), ['v1', 'v2']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
