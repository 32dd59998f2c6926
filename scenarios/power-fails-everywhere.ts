import { powerLoss, send, type NodeName, type Story, TOPIC } from './story.ts';

/** As in last-replica-standing: so many that some of them lose what was not flushed, on any network. */
export const PARTITIONS = 16;
const POWER_FAILS_AT_MS = 4_000;
const POWER_IS_BACK_AFTER_MS = 5_000;

/** One record to each partition, acknowledged by all three brokers; then all brokers and controllers lose power at once. */
export function powerFailsEverywhere(flushEveryRecord: boolean): Story {
  const numbers = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const nodes: readonly NodeName[] = [1, 2, 3].flatMap((id) => [`broker-${id}`, `controller-${id}`] as const);
  return {
    brokers: 3,
    controllers: 3,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      ...(flushEveryRecord ? { 'log.flush.interval.messages': 1 } : {}),
    },
    expect: ['no-loss'],
    topics: [{ name: TOPIC, partitions: PARTITIONS + 1, replicationFactor: 3 }],
    steps: [
      ...numbers.map((partition) => send(partition + 1, 2_500, partition)),
      ...nodes.map((node) => powerLoss(node, POWER_FAILS_AT_MS, POWER_IS_BACK_AFTER_MS)),
      // To a partition of its own: where its last record is gone, the producer waits until it may begin a new epoch.
      send(PARTITIONS + 1, 30_000, PARTITIONS),
    ],
  };
}
