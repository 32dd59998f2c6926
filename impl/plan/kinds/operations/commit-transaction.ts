import { z } from 'zod';

import { operationBase, type OperationKind } from '../operation-kind.ts';

/** `KafkaProducer.commitTransaction`. */
export const commitTransactionSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('commit-transaction'),
});

type CommitTransaction = z.infer<typeof commitTransactionSchema>;

export const commitTransaction: OperationKind<CommitTransaction> = {
  client: 'producer',
  transactional: true,
};
