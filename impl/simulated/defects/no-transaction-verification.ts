import type { Defect } from './defect.ts';

export const noTransactionVerification: Defect = {
  slug: 'no_transaction_verification',
  ids: ['KIP-890', 'KAFKA-14402'],
  title: 'A partition accepts records of a transaction that its coordinator does not know',
  versions: 'before 3.6.0',
  breaks:
    'progress: read_committed consumers stop for ever at a record whose transaction no coordinator will end',
  how:
    'A produce request is delayed; meanwhile its transaction is aborted, and the partition has its marker. The ' +
    'request arrives with a valid epoch and sequence, and opens a transaction that no coordinator knows.',
  rules: { asksCoordinator: () => false },
  needs: { transactions: true, configuration: { 'transaction.version': 1 } },
};
