import type { Defect } from './defect.ts';

export const offsetFetchIgnoresPendingTransactions: Defect = {
  slug: 'offset_fetch_ignores_pending_transactions',
  ids: ['KIP-447', 'KAFKA-9346'],
  title: 'an offset is told while a transaction that changes it is pending',
  versions: 'before 2.5.0',
  breaks: 'atomicity: a group goes on from an offset that a committed transaction had replaced',
  how: 'A producer is told that its transaction is committed before the markers are written. Whoever asks for the offsets of the group meanwhile is told the ones before, and processes again what the transaction had processed.',
  rules: { mayReturnOffset: () => true },
  needs: { transactions: true },
};
