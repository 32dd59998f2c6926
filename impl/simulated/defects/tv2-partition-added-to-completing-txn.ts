import type { Defect } from './defect.ts';

export const tv2PartitionAddedToCompletingTxn: Defect = {
  slug: 'tv2_partition_added_to_completing_txn',
  ids: ['KAFKA-18575'],
  title: 'a partition takes the next transaction for the one that is about to end',
  versions: 'development of 4.0, never released',
  breaks:
    'atomicity, and progress: the first records of a transaction are ended with the one before, or never',
  how: 'The marker of a transaction has not reached the partition when the first batch of the next one does. The transaction of the producer is open there, so the coordinator is not asked.',
  rules: { isInTransaction: (state) => state !== undefined && state.currentTxnFirstOffset >= 0 },
  needs: { transactions: true },
};
