import { brokenPromises, compare, decided, endOf, finalLog, inSync, leaders, states } from './account.ts';
import { scenario } from './scenario.ts';
import { cutOff, send } from './story.ts';

export const silentFollowerLeaves = scenario({
  name: 'silent-follower-leaves',
  theme: 'Replicas in sync',
  title:
    'A follower that the controller hears nothing of leaves the in-sync replicas, however much it has copied',
  teaches:
    'There are two ways out of the in-sync replicas. One is lag, which the leader notices (slow-follower-is-not-elected). This is the other: broker 3 copies every record at once, but its heartbeats do not get through. When its session is over the controller fences it, and a fenced broker may not be in sync anywhere. The leader sees that it holds everything, and still does not ask to have it back, for the controller would refuse (KIP-841). When heartbeats get through again broker 3 is unfenced, and the leader asks at its next fetch.',
  outcome:
    'Broker 3 is out of the in-sync replicas from the end of its session until its heartbeats get through again, without a proposal of the leader to take it out.',
  story: {
    brokers: 3,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      'broker.session.timeout.ms': 3_000,
      'broker.heartbeat.interval.ms': 500,
    },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      cutOff(['broker-3'], ['controller-1'], 3_000, 12_000),
      send(2, 9_000),
      send(3, 20_000),
    ],
  },
  judge: (result) => [
    ...compare('who was fenced', decided(result, 'broker-fenced'), [3]),
    ...compare('proposals to take a replica out', decided(result, 'isr-shrink-proposed'), []),
    ...compare('proposals to let a replica in', decided(result, 'isr-expansion-proposed'), [3]),
    ...compare('proposals that were refused', decided(result, 'alter-partition-refused'), []),
    ...compare('the replicas in sync', inSync(result), ['1,2,3', '1,2', '1,2,3']),
    ...compare('the leaders', leaders(result), [1]),
    ...compare('states of the partition', states(result).length, 3),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
