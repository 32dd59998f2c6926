import type { Defect } from './defect.ts';

export const endTxnOvertakesProduce: Defect = {
  slug: 'end_txn_overtakes_produce',
  ids: ['KAFKA-12671'],
  title: 'a transaction is ended while records of it are on their way',
  versions: 'before KIP-890 (3.6.0) with its consequences',
  breaks:
    'progress, and atomicity: what comes after the end opens a transaction that nobody ends, or is lacking in its own',
  how: 'The producer asks the coordinator to end the transaction without waiting for the produce requests that are in flight.',
  rules: { endsWithBatchesInFlight: () => true },
  needs: { transactions: true },
};
