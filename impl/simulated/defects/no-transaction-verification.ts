import type { Defect } from './defect.ts';

export const noTransactionVerification: Defect = {
  slug: 'no_transaction_verification',
  ids: ['KIP-890', 'KAFKA-14402'],
  title: 'a partition takes the records of a transaction that its coordinator does not know',
  versions: 'before 3.6.0',
  breaks:
    'progress: read_committed consumers stop for ever before a record whose transaction nobody will end',
  how: 'A produce request is late; meanwhile its transaction is aborted, and the partition has its marker. The request arrives, its epoch and its sequence are good, and it opens a transaction of which no coordinator knows.',
  rules: { asksCoordinator: () => false },
  needs: { transactions: true, configuration: { 'transaction.version': 1 } },
};
