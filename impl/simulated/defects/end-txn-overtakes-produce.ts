import type { Defect } from './defect.ts';

export const endTxnOvertakesProduce: Defect = {
  slug: 'end_txn_overtakes_produce',
  ids: ['KAFKA-12671'],
  title: 'A producer ends a transaction while records of it are in flight',
  versions: 'before KIP-890 (3.6.0) with its consequences',
  breaks:
    'progress and atomicity: a record that arrives after the end opens a transaction that no coordinator ends, ' +
    'or is missing from its own',
  how:
    'The producer asks the coordinator to end the transaction without waiting for the produce requests that are ' +
    'in flight.',
  rules: { endsWithBatchesInFlight: () => true },
  needs: { transactions: true },
};
