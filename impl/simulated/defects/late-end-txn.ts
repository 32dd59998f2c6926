import { oneEpochForAllTransactions } from './one-epoch-for-all-transactions.ts';
import type { Defect } from './defect.ts';

export const lateEndTxn: Defect = {
  slug: 'late_end_txn',
  ids: ['KAFKA-17754'],
  title: 'a late EndTxn ends the next transaction',
  versions: 'before 4.0.0 (transaction.version 2)',
  breaks: 'atomicity: one half of a transaction is committed, the other aborted',
  how: 'An EndTxn gets no answer in time and is sent again over another connection, with success. The producer begins the next transaction, in the same epoch; then the first EndTxn arrives, and ends it in the middle.',
  rules: { ...oneEpochForAllTransactions },
  needs: { transactions: true },
};
