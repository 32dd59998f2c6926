import { z } from 'zod';

import { operationBase, type OperationKind } from '../operation-kind.ts';

/** `KafkaProducer.initTransactions`. All calls of a transactional producer are made one after the other. */
export const initTransactionsSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('init-transactions'),
});

type InitTransactions = z.infer<typeof initTransactionsSchema>;

export const initTransactions: OperationKind<InitTransactions> = {
  client: 'producer',
  transactional: true,
};
