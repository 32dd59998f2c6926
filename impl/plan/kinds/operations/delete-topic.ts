import { z } from 'zod';

import { topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { checkPlace } from '../validity.ts';

/** Deletes the topic of that name with all its records; `create-topic` may create another one of the name (KIP-516). */
export const deleteTopicSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('delete-topic'),
  topic: topicName,
});

type DeleteTopic = z.infer<typeof deleteTopicSchema>;

export const deleteTopic: OperationKind<DeleteTopic> = {
  client: 'admin',
  problems({ topic }, plan, report) {
    checkPlace(plan, { topic, partition: null }, report);
  },
};
