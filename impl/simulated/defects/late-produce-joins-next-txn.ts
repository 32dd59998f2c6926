import { oneEpochForAllTransactions } from './one-epoch-for-all-transactions.ts';
import type { Defect } from './defect.ts';

export const lateProduceJoinsNextTxn: Defect = {
  slug: 'late_produce_joins_next_txn',
  ids: ['KIP-890'],
  title: 'A late record of an aborted transaction joins the next one',
  versions: 'before 4.0.0 (transaction.version 2)',
  breaks: 'atomicity: a record of an aborted transaction is committed with the next one',
  how:
    'A producer keeps its epoch from one transaction to the next. When a produce request of the previous ' +
    'transaction arrives while the next one is open on the same partition, the leader cannot distinguish it ' +
    'from a request of the next one.',
  rules: { ...oneEpochForAllTransactions },
  needs: { transactions: true },
};
