/** The setup of a plan before the workload: the cluster, its topics and its clients. */
import { z } from 'zod';

import { clientName, partitionNumber, rackName, startPosition, topicName } from './fields.ts';

export const cluster = z.strictObject({
  brokers: z.int().min(1).max(15),
  controllers: z.union([z.literal(1), z.literal(3), z.literal(5)]),
  /**
   * Kafka's `process.roles=broker,controller`: controller N runs in the process of broker N and is named after that
   * broker. Absent: controllers are separate processes.
   */
  combined: z.boolean().exactOptional(),
  /** The number of log directories (`log.dirs`) of each broker, each on its own disk; absent: one. */
  logDirs: z.int().min(1).max(8).exactOptional(),
  /** Kafka's `broker.rack`, by broker; absent: brokers have no rack. */
  racks: z.array(rackName).exactOptional(),
});

export const topic = z.strictObject({
  name: topicName,
  partitions: z.int().min(1).max(64),
  /** Null: the configuration's `default.replication.factor`. */
  replicationFactor: z.int().min(1).max(15).nullable(),
});

export const client = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('producer'),
    name: clientName,
    /** Kafka's `transactional.id`. Producers may share one: each then fences the one that initialised before it. */
    transactionalId: clientName.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal('consumer'),
    name: clientName,
    /** The partitions that it is assigned before the workload begins. */
    assign: z.array(
      z.strictObject({ topic: topicName, partition: partitionNumber, position: startPosition }),
    ),
    /** Kafka's `client.rack`. */
    rack: rackName.exactOptional(),
    /** Absent: the configuration's `isolation.level`. */
    isolation: z.enum(['read_committed', 'read_uncommitted']).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('admin'), name: clientName }),
]);

export type Client = z.infer<typeof client>;
export type Topic = z.infer<typeof topic>;

/** The part of a plan that its operations and faults refer to. */
export interface Topology {
  readonly cluster: z.infer<typeof cluster>;
  readonly topics: readonly Topic[];
  readonly clients: readonly Client[];
}
