/** The registry of operation kinds. Adding one: a file beside this one, and its schema and its record below. */
import { z } from 'zod';

import type { OperationKind } from '../operation-kind.ts';
import { abortTransaction, abortTransactionSchema } from './abort-transaction.ts';
import { beginTransaction, beginTransactionSchema } from './begin-transaction.ts';
import { commitOffsets, commitOffsetsSchema } from './commit-offsets.ts';
import { commitTransaction, commitTransactionSchema } from './commit-transaction.ts';
import { createTopic, createTopicSchema } from './create-topic.ts';
import { deleteRecords, deleteRecordsSchema } from './delete-records.ts';
import { deleteTopic, deleteTopicSchema } from './delete-topic.ts';
import { electLeader, electLeaderSchema } from './elect-leader.ts';
import { fetchOffsets, fetchOffsetsSchema } from './fetch-offsets.ts';
import { initTransactions, initTransactionsSchema } from './init-transactions.ts';
import { moveLeader, moveLeaderSchema } from './move-leader.ts';
import { poll, pollSchema } from './poll.ts';
import { reassign, reassignSchema } from './reassign.ts';
import { restartProducer, restartProducerSchema } from './restart-producer.ts';
import { seek, seekSchema } from './seek.ts';
import { send, sendSchema } from './send.ts';
import { sendOffsetsToTransaction, sendOffsetsToTransactionSchema } from './send-offsets-to-transaction.ts';

export const operation = z.discriminatedUnion('kind', [
  sendSchema,
  initTransactionsSchema,
  beginTransactionSchema,
  commitTransactionSchema,
  abortTransactionSchema,
  sendOffsetsToTransactionSchema,
  restartProducerSchema,
  pollSchema,
  commitOffsetsSchema,
  fetchOffsetsSchema,
  seekSchema,
  createTopicSchema,
  deleteTopicSchema,
  moveLeaderSchema,
  deleteRecordsSchema,
  reassignSchema,
  electLeaderSchema,
]);

export type Operation = z.infer<typeof operation>;

type OperationOf<Kind extends Operation['kind']> = Extract<Operation, { readonly kind: Kind }>;

const OPERATION_KINDS: { readonly [Kind in Operation['kind']]: OperationKind<OperationOf<Kind>> } = {
  send,
  'init-transactions': initTransactions,
  'begin-transaction': beginTransaction,
  'commit-transaction': commitTransaction,
  'abort-transaction': abortTransaction,
  'send-offsets-to-transaction': sendOffsetsToTransaction,
  'restart-producer': restartProducer,
  poll,
  'commit-offsets': commitOffsets,
  'fetch-offsets': fetchOffsets,
  seek,
  'create-topic': createTopic,
  'delete-topic': deleteTopic,
  'move-leader': moveLeader,
  'delete-records': deleteRecords,
  reassign,
  'elect-leader': electLeader,
};

/** The record of the operation's kind. Only pass it operations of that kind. */
export function operationKind({ kind }: Operation): OperationKind<Operation> {
  return OPERATION_KINDS[kind];
}
