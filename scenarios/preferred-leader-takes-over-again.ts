import { brokenPromises, compare, endOf, finalLog, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { send, shutDown } from './story.ts';

export const preferredLeaderTakesOverAgain = scenario({
  name: 'preferred-leader-takes-over-again',
  theme: 'Elections',
  title: 'The preferred leader takes over again after its restart',
  teaches:
    'The first replica of a partition is its preferred leader, and assignments spread these over the brokers. After a restart a broker leads nothing, and the others carry its load. With auto.leader.rebalance.enable=true, the default, the controller looks every leader.imbalance.check.interval.seconds (300 by default, 10 here) whether a preferred leader is in sync, and gives the leadership back to it. A controlled shutdown before and a preferred election after lose nothing.',
  outcome: 'Broker 2 leads while broker 1 restarts, then broker 1 leads again; no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, 'leader.imbalance.check.interval.seconds': 10 },
    expect: ['no-loss'],
    steps: [send(1, 2_500), shutDown('broker-1', 3_000, 6_000), send(2, 6_000), send(3, 30_000)],
  },
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1, 2, 1]),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 2'),
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
