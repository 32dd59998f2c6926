import type { Defect } from './defect.ts';

export const offsetFetchIgnoresPendingTransactions: Defect = {
  slug: 'offset_fetch_ignores_pending_transactions',
  ids: ['KIP-447', 'KAFKA-9346'],
  title: 'A group coordinator returns an offset while a transaction that changes it is pending',
  versions: 'before 2.5.0',
  breaks: 'atomicity: a group continues from an offset that a committed transaction had replaced',
  how:
    'The coordinator reports the commit to the producer before the markers are written. A client that fetches ' +
    'the offsets of the group meanwhile gets the previous ones, and processes again what the transaction had ' +
    'processed.',
  rules: { mayReturnOffset: () => true },
  needs: { transactions: true },
};
