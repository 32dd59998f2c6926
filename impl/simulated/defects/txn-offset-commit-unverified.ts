import type { Defect } from './defect.ts';

export const txnOffsetCommitUnverified: Defect = {
  slug: 'txn_offset_commit_unverified',
  ids: ['KAFKA-15449'],
  title: 'A group coordinator writes offsets of a transaction that its coordinator does not know',
  versions: '3.6.x and before',
  breaks: 'progress: the offsets of a group stay pending for ever',
  how:
    'As with records before KIP-890, on the offsets topic: a late TxnOffsetCommit is written after the marker ' +
    'of its transaction, and waits for another marker that never comes.',
  rules: { asksCoordinatorForOffsets: () => false },
  needs: { transactions: true, configuration: { 'transaction.version': 1 } },
};
