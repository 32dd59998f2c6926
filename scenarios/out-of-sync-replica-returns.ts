import { brokenPromises, compare, decided, dropped, endOf, finalLog, inSync, leaders } from './account.ts';
import { scenario } from './scenario.ts';
import { afterProbe, crash, cutOff, send } from './story.ts';

export const outOfSyncReplicaReturns = scenario({
  name: 'out-of-sync-replica-returns',
  theme: 'Old leaders and their logs',
  title:
    'A leader that died with records of its own returns as a follower: it truncates, catches up and rejoins',
  teaches:
    'Broker 1 has appended v2 when it dies, and nobody has copied it: v2 was not acknowledged, and the producer, which does not retry here, receives the acknowledgement that nobody knows. Broker 2 leads from offset 1 on and puts v4 there. When broker 1 is back it asks broker 2 where its last epoch ends (with its fetch, KIP-595; before, with OffsetsForLeaderEpoch, KIP-101). The answer is offset 1, so it drops what it has beyond it, copies what broker 2 has, and is let into the ISR when it has reached the high watermark and the start of the epoch. To truncate to the high watermark instead, as Kafka did before 0.11, can lose what is committed.',
  outcome:
    'Broker 1 drops v2, which was never acknowledged, copies what broker 2 has, and is in sync again; no promise is broken.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, retries: 0 },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      cutOff(['broker-1'], ['broker-2', 'broker-3'], 3_000, 2_000),
      send(2, 3_500),
      crash('broker-1', afterProbe('log-appended', 'broker-1', 2, 100), 18_000),
      // The producer finds the new leader with this one; what comes next is stored.
      send(3, 16_000),
      send(4, 18_000),
      send(5, 26_000),
    ],
  },
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'unknown: NETWORK_EXCEPTION'),
    ...compare('the leaders', leaders(result), [1, 2]),
    ...compare('what broker 1 dropped', dropped(result, 1), ['v2']),
    ...compare('unclean shutdowns', decided(result, 'unclean-shutdown-detected'), [1]),
    ...compare('who was let in', decided(result, 'isr-expansion-proposed'), [1]),
    ...compare('the replicas in sync', inSync(result), ['1,2,3', '2,3', '1,2,3']),
    ...compare('the final log', finalLog(result), ['v1', 'v4', 'v5']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
