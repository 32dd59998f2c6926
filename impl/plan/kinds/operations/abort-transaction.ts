import { z } from 'zod';

import { operationBase, type OperationKind } from '../operation-kind.ts';

/** `KafkaProducer.abortTransaction`. */
export const abortTransactionSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('abort-transaction'),
});

type AbortTransaction = z.infer<typeof abortTransactionSchema>;

export const abortTransaction: OperationKind<AbortTransaction> = {
  client: 'producer',
  transactional: true,
};
