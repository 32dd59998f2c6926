import { z } from 'zod';

import { partitionNumber, topicName } from '../../fields.ts';
import { operationBase, type OperationKind } from '../operation-kind.ts';
import { checkPlace } from '../validity.ts';

/** Deletes the records below an offset; an offset beyond the high watermark is refused (KIP-107). */
export const deleteRecordsSchema = z.strictObject({
  ...operationBase,
  kind: z.literal('delete-records'),
  topic: topicName,
  partition: partitionNumber,
  /** Exclusive. */
  beforeOffset: z.int().min(0),
});

type DeleteRecords = z.infer<typeof deleteRecordsSchema>;

export const deleteRecords: OperationKind<DeleteRecords> = {
  client: 'admin',
  problems(operation, plan, report) {
    checkPlace(plan, operation, report);
  },
  weight({ partition, beforeOffset }) {
    return partition + beforeOffset;
  },
  reducible(operation) {
    return { value: operation.beforeOffset, with: (beforeOffset) => ({ ...operation, beforeOffset }) };
  },
  vary(operation, _topology, draw) {
    return { ...operation, beforeOffset: draw(2 * operation.beforeOffset + 2) };
  },
};
