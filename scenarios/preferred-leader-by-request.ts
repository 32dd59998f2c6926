import { brokenPromises, compare, endedAtMs, endOf, finalLog, leaders, leadsFromMs } from './account.ts';
import { scenario } from './scenario.ts';
import { electLeader, send, shutDown } from './story.ts';

const ASKED_AT_MS = 15_000;

export const preferredLeaderByRequest = scenario({
  name: 'preferred-leader-by-request',
  theme: 'Elections',
  title:
    'Without auto.leader.rebalance.enable the preferred leader waits until somebody asks for the election',
  teaches:
    'The same restart as in preferred-leader-takes-over-again, with auto.leader.rebalance.enable=false: broker 1 is back and in sync, and broker 2 goes on leading. kafka-leader-election.sh --election-type preferred asks the controller for what the imbalance check would have done (KIP-183, KIP-460). Asked too early, while the preferred leader is not in sync, it answers PREFERRED_LEADER_NOT_AVAILABLE and changes nothing.',
  outcome: 'The first request is refused, the second one makes broker 1 the leader again.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, 'auto.leader.rebalance.enable': false },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      shutDown('broker-1', 3_000, 6_000),
      electLeader(2, 6_000, 'preferred'),
      electLeader(3, ASKED_AT_MS, 'preferred'),
      send(4, 20_000),
    ],
  },
  judge: (result) => [
    ...compare('the request while it is down', endOf(result, 2), 'fail: PREFERRED_LEADER_NOT_AVAILABLE'),
    ...compare('the request when it is back', endOf(result, 3), 'ok'),
    ...compare('it is answered soon', endedAtMs(result, 3) < ASKED_AT_MS + 200, true),
    ...compare('broker 1 does not lead before', leadsFromMs(result, 1, 5_000) > ASKED_AT_MS, true),
    ...compare('the leaders', leaders(result), [1, 2, 1]),
    ...compare('the send of v4', endOf(result, 4), 'ok at offset 1'),
    ...compare('the final log', finalLog(result), ['v1', 'v4']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
