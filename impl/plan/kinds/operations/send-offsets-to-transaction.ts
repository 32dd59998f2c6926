import { z } from 'zod';

import { clientName, groupName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { quote } from '../validity.ts';

/** `KafkaProducer.sendOffsetsToTransaction`: the present positions of `consumer` become the group's offsets if the transaction commits. */
export const sendOffsetsToTransactionSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('send-offsets-to-transaction'),
  group: groupName,
  consumer: clientName,
});

type SendOffsetsToTransaction = z.infer<typeof sendOffsetsToTransactionSchema>;

export const sendOffsetsToTransaction: OperationKind<SendOffsetsToTransaction> = {
  client: 'producer',
  transactional: true,
  problems({ consumer }, { clients }, report) {
    if (clients.get(consumer)?.kind === 'consumer') return;
    report(['consumer'], `there is no consumer ${quote(consumer)} among clients`);
  },
  vary(operation, { clients }, draw) {
    const consumers = clients.filter(({ kind }) => kind === 'consumer');
    const consumer = consumers[draw(Math.max(1, consumers.length))]?.name;
    return { ...operation, consumer: consumer ?? operation.consumer };
  },
  renameClients(operation, rename) {
    const consumer = rename(operation.consumer);
    return consumer === null ? null : { ...operation, consumer };
  },
};
