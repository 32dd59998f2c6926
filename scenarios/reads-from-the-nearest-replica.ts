import { brokenPromises, compare, decided, finalLog, leaders, polled, followerReads } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, poll, send } from './story.ts';

export const readsFromTheNearestReplica = scenario({
  name: 'reads-from-the-nearest-replica',
  theme: 'Replicas in sync',
  title: 'A consumer reads from the replica in its own rack, and from the leader when that one is gone',
  teaches:
    'Consumers read from the leader, which may be in another zone and cost money. With replica.selector.class=RackAwareReplicaSelector and client.rack at the consumer, the leader answers the first fetch with the replica in the same rack that it prefers, and the consumer fetches there (KIP-392). A follower shows only what it knows to be committed, which is a little less than what the leader knows, so that the promises are the same. When the follower is gone the consumer asks the leader again.',
  outcome: 'Broker 3 serves v1 and v3; after its death the consumer gets v5 from the leader.',
  story: {
    brokers: 3,
    racks: ['zone-a', 'zone-b', 'zone-c'],
    consumerRack: 'zone-c',
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      poll(2, 4_000),
      send(3, 5_000),
      poll(4, 6_000),
      crash('broker-3', 8_000),
      send(5, 22_000),
      poll(6, 24_000),
      poll(7, 25_000),
    ],
  },
  judge: (result) => [
    ...compare('the leaders', leaders(result), [1]),
    ...compare('where the leader sends the consumer', decided(result, 'read-replica-preferred').at(0), 3),
    ...compare('what broker 3 gives it', followerReads(result), [
      'broker-3 from offset 0',
      'broker-3 from offset 1',
    ]),
    ...compare(
      'the polls',
      [2, 4, 6, 7].flatMap((op) => polled(result, op)),
      ['v1', 'v3', 'v5'],
    ),
    ...compare('the final log', finalLog(result), ['v1', 'v3', 'v5']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
