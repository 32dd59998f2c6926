import { poll, powerLoss, send, shutDown, type Story, TOPIC } from './story.ts';

/**
 * How much of what was not flushed a power loss takes from each log is drawn. With one record in each of
 * so many logs, that it takes none has a chance of one in 2^16: every network tells the same story.
 */
export const PARTITIONS = 16;

/**
 * Every record is acknowledged by both replicas. Broker 2 leaves, and holds them all on its disk; broker 1,
 * the last one in sync, loses power. Broker 2 is back first, broker 1 later.
 */
export function lastReplicaStanding(elrVersion: 0 | 1): Story {
  const numbers = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  return {
    brokers: 2,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      'eligible.leader.replicas.version': elrVersion,
    },
    expect: ['no-loss'],
    topics: [{ name: TOPIC, partitions: PARTITIONS, replicationFactor: 2 }],
    steps: [
      ...numbers.map((partition) => send(partition + 1, 2_500, partition)),
      shutDown('broker-2', 3_500, 18_500),
      powerLoss('broker-1', 10_000, 18_000),
      poll(PARTITIONS + 1, 38_000),
    ],
  };
}
