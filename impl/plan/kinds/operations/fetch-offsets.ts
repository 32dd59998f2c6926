import { z } from 'zod';

import { groupName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';

/** `KafkaConsumer.committed`: reads the group's offsets of the partitions that the consumer is assigned. */
export const fetchOffsetsSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('fetch-offsets'),
  group: groupName,
});

type FetchOffsets = z.infer<typeof fetchOffsetsSchema>;

export const fetchOffsets: OperationKind<FetchOffsets> = {
  client: 'consumer',
};
