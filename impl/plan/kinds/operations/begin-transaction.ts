import { z } from 'zod';

import { operationBase, type OperationKind } from '../operation-kind.ts';

/** `KafkaProducer.beginTransaction`: what the producer sends from now on belongs to the transaction. */
export const beginTransactionSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('begin-transaction'),
});

type BeginTransaction = z.infer<typeof beginTransactionSchema>;

export const beginTransaction: OperationKind<BeginTransaction> = {
  client: 'producer',
  transactional: true,
};
