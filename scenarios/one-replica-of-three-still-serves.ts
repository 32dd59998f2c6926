import { brokenPromises, compare, endOf, finalLog, lastInSync, leaders, polled } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, poll, send } from './story.ts';

export const oneReplicaOfThreeStillServes = scenario({
  name: 'one-replica-of-three-still-serves',
  theme: 'Replicas in sync',
  title: 'With two of three replicas down the third one still serves reads and acks=1 writes',
  teaches:
    'A topic with replication factor N tolerates N-1 failures of servers without losing what is committed, says the documentation of replication. The last replica in sync becomes the leader and goes on alone as long as it may: acks=1 asks for nobody else, and min.insync.replicas=1 lets it move the high watermark by itself. With min.insync.replicas=2 it would still take the write, but show it to nobody before a second replica is back (KIP-966).',
  outcome: 'Broker 3 alone accepts v2 at offset 1 and serves v1 and v2; no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: '1', 'min.insync.replicas': 1 },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      crash('broker-1', 3_500),
      crash('broker-2', 3_500),
      send(2, 17_000),
      poll(3, 19_000),
      poll(4, 21_000),
    ],
  },
  judge: (result) => [
    ...compare('the leaders begin with', leaders(result).at(0), 1),
    ...compare('the leaders end with', leaders(result).at(-1), 3),
    ...compare('the replicas in sync', lastInSync(result), [3]),
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the polls', [...polled(result, 3), ...polled(result, 4)], ['v1', 'v2']),
    ...compare('the final log', finalLog(result), ['v1', 'v2']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
