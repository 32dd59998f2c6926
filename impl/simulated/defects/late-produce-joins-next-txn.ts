import { oneEpochForAllTransactions } from './one-epoch-for-all-transactions.ts';
import type { Defect } from './defect.ts';

export const lateProduceJoinsNextTxn: Defect = {
  slug: 'late_produce_joins_next_txn',
  ids: ['KIP-890'],
  title: 'a late record of an aborted transaction joins the next one',
  versions: 'before 4.0.0 (transaction.version 2)',
  breaks: 'atomicity: a record of a transaction that was aborted is committed with the next one',
  how: 'A producer keeps its epoch from one transaction to the next, so that a produce request of the one before, which comes when the next is open on the same partition, cannot be told from one of the next.',
  rules: { ...oneEpochForAllTransactions },
  needs: { transactions: true },
};
