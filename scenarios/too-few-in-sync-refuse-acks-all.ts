import { brokenPromises, compare, endOf, finalLog, lastInSync } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, poll, send } from './story.ts';

export const tooFewInSyncRefuseAcksAll = scenario({
  name: 'too-few-in-sync-refuse-acks-all',
  theme: 'What an acknowledgement is worth',
  title: 'With min.insync.replicas=2 and one replica left an acks=all write is refused',
  teaches:
    'acks=all waits for all replicas that are in sync, and that may be one. min.insync.replicas is the other half of the promise: with fewer in sync the leader refuses the write before it touches its log, with NOT_ENOUGH_REPLICAS (KAFKA-1555). The error may pass and is retried by default; retries=0 shows it here. When a second replica is in sync again, so are the writes.',
  outcome:
    'v2 is refused with NOT_ENOUGH_REPLICAS and stored nowhere; after a broker is back, v3 is accepted.',
  story: {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, retries: 0 },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      crash('broker-2', 3_000, 16_000),
      crash('broker-3', 3_000),
      send(2, 16_000),
      send(3, 27_000),
      poll(4, 29_000),
    ],
  },
  judge: (result) => [
    ...compare('the send of v1', endOf(result, 1), 'ok at offset 0'),
    ...compare('the send of v2', endOf(result, 2), 'fail: NOT_ENOUGH_REPLICAS'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 1'),
    ...compare('the replicas in sync', lastInSync(result), [1, 2]),
    ...compare('the final log', finalLog(result), ['v1', 'v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});
