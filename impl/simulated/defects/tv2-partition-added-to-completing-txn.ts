import type { Defect } from './defect.ts';

export const tv2PartitionAddedToCompletingTxn: Defect = {
  slug: 'tv2_partition_added_to_completing_txn',
  ids: ['KAFKA-18575'],
  title: 'A partition takes the next transaction for the one that is about to end',
  versions: 'development of 4.0, never released',
  breaks: 'atomicity and progress: the first records of a transaction end with the previous one, or never',
  how:
    'The first batch of the next transaction reaches a partition before the marker of the previous one. A ' +
    'transaction of the producer is open there, so the leader does not ask the coordinator.',
  rules: { isInTransaction: (state) => state !== undefined && state.currentTxnFirstOffset >= 0 },
  needs: { transactions: true },
};
