import { z } from 'zod';

import { topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';

/** Creates a topic, also one of a name that a deleted topic had (KIP-516). */
export const createTopicSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('create-topic'),
  topic: topicName,
  partitions: z.int().min(1).max(64),
  replicationFactor: z.int().min(1).max(32),
});

type CreateTopic = z.infer<typeof createTopicSchema>;

export const createTopic: OperationKind<CreateTopic> = {
  client: 'admin',
  creates({ topic, partitions }) {
    return { name: topic, partitions };
  },
  weight({ partitions }) {
    return partitions;
  },
  simplest(operation) {
    return { ...operation, partitions: 1 };
  },
  withoutBroker(operation, _broker, remaining) {
    return { ...operation, replicationFactor: Math.min(operation.replicationFactor, remaining) };
  },
};
