import { z } from 'zod';

import { operationBase, type OperationKind } from '../operation-kind.ts';

/** The process of a producer crashes, and a new process takes its place at once. */
export const restartProducerSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('restart-producer'),
});

type RestartProducer = z.infer<typeof restartProducerSchema>;

export const restartProducer: OperationKind<RestartProducer> = {
  client: 'producer',
};
