import { brokenPromises, compare, endOf, finalLog, lastInSync, leaders, states } from './account.ts';
import { scenario } from './scenario.ts';
import { crash, poll, send, slowDown } from './story.ts';

export const slowFollowerIsNotElected = scenario({
  name: 'slow-follower-is-not-elected',
  theme: 'Replicas in sync',
  title:
    'A follower that lags leaves the in-sync replicas, cannot be elected, and returns once it has caught up',
  teaches:
    'A follower that has not caught up with the end of the log for replica.lag.time.max.ms leaves the in-sync replicas (KIP-16 made lag a matter of time). From then on acks=all no longer waits for it, and a clean election no longer considers it, although it is the next in the list of replicas: it may lack what was acknowledged meanwhile. It goes on fetching, and is in sync again once it holds everything up to the high watermark and the start of the leader epoch (KAFKA-7128).',
  outcome:
    'Broker 2 leaves the in-sync replicas, broker 3 is elected in its place, broker 2 catches up and returns; no promise is broken.',
  story: {
    brokers: 3,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      'replica.lag.time.max.ms': 2_000,
      'broker.session.timeout.ms': 3_000,
      'broker.heartbeat.interval.ms': 500,
    },
    expect: ['no-loss'],
    steps: [
      send(1, 2_200),
      slowDown('broker-1', 'broker-2', 20_000, 2_500, 10_000),
      send(2, 3_500),
      crash('broker-1', 9_000),
      send(3, 14_000),
      poll(4, 18_000),
    ],
  },
  judge: (result) => [
    ...compare('the send of v2', endOf(result, 2), 'ok at offset 1'),
    ...compare('the send of v3', endOf(result, 3), 'ok at offset 2'),
    ...compare('broker 2 left', states(result).some(leftOut(2)), true),
    ...compare('the leaders', leaders(result), [1, 3]),
    ...compare('the replicas in sync', lastInSync(result), [2, 3]),
    ...compare('the final log', finalLog(result), ['v1', 'v2', 'v3']),
    ...compare('broken promises', brokenPromises(result), []),
  ],
});

function leftOut(broker: number): (state: ReturnType<typeof states>[number]) => boolean {
  return ({ leader, isr }) => leader === 1 && !isr.includes(broker);
}
