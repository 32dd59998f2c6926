import { oneEpochForAllTransactions } from './one-epoch-for-all-transactions.ts';
import type { Defect } from './defect.ts';

export const lateEndTxn: Defect = {
  slug: 'late_end_txn',
  ids: ['KAFKA-17754'],
  title: 'A late EndTxn ends the next transaction',
  versions: 'before 4.0.0 (transaction.version 2)',
  breaks: 'atomicity: one half of a transaction is committed, the other aborted',
  how:
    'An EndTxn request gets no response in time; the producer retries it over another connection, with success. ' +
    'The producer begins the next transaction in the same epoch; then the first EndTxn arrives and ends that ' +
    'transaction in the middle.',
  rules: { ...oneEpochForAllTransactions },
  needs: { transactions: true },
};
