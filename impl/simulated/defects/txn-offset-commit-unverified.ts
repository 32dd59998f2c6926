import type { Defect } from './defect.ts';

export const txnOffsetCommitUnverified: Defect = {
  slug: 'txn_offset_commit_unverified',
  ids: ['KAFKA-15449'],
  title: 'offsets of a transaction that its coordinator does not know are written',
  versions: '3.6.x and before',
  breaks: 'progress: the offsets of a group stay pending for ever',
  how: 'As with records before KIP-890, on the offsets topic: a TxnOffsetCommit that is late is written after the marker of its transaction, and waits for another one that never comes.',
  rules: { asksCoordinatorForOffsets: () => false },
  needs: { transactions: true, configuration: { 'transaction.version': 1 } },
};
