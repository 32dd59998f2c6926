import { cutOff, moveLeader, send, slowDown, type Story } from './story.ts';

/**
 * Broker 3 is slow to copy and takes over without v2; it leads for a moment in which nobody can copy v3 from it,
 * and broker 2, which has v2 and has never heard of v3, takes over from it.
 */
export function twoQuickLeaderChanges(defects: readonly string[]): Story {
  return {
    brokers: 3,
    defects,
    configuration: { acks: '1', 'min.insync.replicas': 1 },
    steps: [
      send(1, 2_500),
      slowDown('broker-1', 'broker-3', 3_000, 3_000, 4_000),
      send(2, 3_500),
      cutOff(['broker-3'], ['broker-1', 'broker-2'], 4_000, 4_000),
      moveLeader(5, 4_500, 3),
      send(3, 5_000),
      moveLeader(6, 6_000, 2),
      send(4, 6_500),
      send(7, 14_000),
    ],
  };
}
