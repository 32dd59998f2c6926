import { afterProbe, crash, cutOff, send, type Story } from './story.ts';

/**
 * The followers lose sight of the leader; it appends v2 and dies before they have fetched it. They have
 * not lagged for replica.lag.time.max.ms, so they are in sync, and one of them is elected. v3 comes after.
 */
export function leaderDiesBeforeReplicating(acks: 'all' | '1'): Story {
  return {
    brokers: 3,
    configuration: { acks, 'min.insync.replicas': 2 },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      cutOff(['broker-1'], ['broker-2', 'broker-3'], 3_000, 2_000),
      send(2, 3_500),
      crash('broker-1', afterProbe('log-appended', 'broker-1', 2, 100), 15_000),
      send(3, 16_000),
    ],
  };
}
