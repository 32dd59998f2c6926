import { z } from 'zod';

import { milliseconds } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';

/** `KafkaConsumer.poll`. */
export const pollSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('poll'),
  timeoutMs: milliseconds,
});

type Poll = z.infer<typeof pollSchema>;

export const poll: OperationKind<Poll> = {
  client: 'consumer',
  weight({ timeoutMs }) {
    return timeoutMs;
  },
  reducible(operation) {
    return { value: operation.timeoutMs, with: (timeoutMs) => ({ ...operation, timeoutMs }) };
  },
  vary(operation, _topology, draw) {
    return { ...operation, timeoutMs: draw(1_000) };
  },
};
