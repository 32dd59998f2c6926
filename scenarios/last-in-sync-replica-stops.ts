import { poll, send, shutDown, type Story } from './story.ts';

/**
 * Brokers 2 and 3 stop, broker 1 takes v2 alone and stops, and broker 2 returns, which never saw v2.
 * Broker 1 returns 10 s later. v3 is sent while broker 2 is the only one up.
 */
export function lastInSyncReplicaStops(uncleanLeaderElection: boolean): Story {
  return {
    brokers: 3,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 1,
      'unclean.leader.election.enable': uncleanLeaderElection,
      // An idempotent producer would notice that the new leader lacks v2, and take longer to go on.
      'enable.idempotence': false,
    },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      shutDown('broker-2', 3_000, 19_000),
      shutDown('broker-3', 8_000),
      send(2, 14_000),
      shutDown('broker-1', 16_000, 16_000),
      send(3, 26_000),
      poll(4, 38_000),
    ],
  };
}

/** When broker 1 is back, in ms. */
export const BROKER_1_RETURNS_MS = 32_000;
