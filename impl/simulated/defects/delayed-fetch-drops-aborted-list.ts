import type { Defect } from './defect.ts';

export const delayedFetchDropsAbortedList: Defect = {
  slug: 'delayed_fetch_drops_aborted_list',
  ids: ['KAFKA-5376'],
  title: 'a fetch that waited is not told of aborted transactions',
  versions: 'development of 0.11.0.0, never released',
  breaks: 'atomicity: read_committed consumers are given records of aborted transactions',
  how: 'A fetch that finds nothing waits; when it is answered after all, the list of aborted transactions is left out.',
  rules: { returnsAbortedTransactions: (delayed) => !delayed },
  needs: { transactions: true },
};
