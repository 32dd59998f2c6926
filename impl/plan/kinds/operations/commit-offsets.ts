import { z } from 'zod';

import { groupName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';

/** `KafkaConsumer.commitSync`: the consumer's present positions become the group's offsets, outside of any transaction. */
export const commitOffsetsSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('commit-offsets'),
  group: groupName,
});

type CommitOffsets = z.infer<typeof commitOffsetsSchema>;

export const commitOffsets: OperationKind<CommitOffsets> = {
  client: 'consumer',
};
