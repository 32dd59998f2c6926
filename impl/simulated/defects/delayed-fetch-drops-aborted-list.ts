import type { Defect } from './defect.ts';

export const delayedFetchDropsAbortedList: Defect = {
  slug: 'delayed_fetch_drops_aborted_list',
  ids: ['KAFKA-5376'],
  title: 'The response to a delayed fetch lacks the list of aborted transactions',
  versions: 'development of 0.11.0.0, never released',
  breaks: 'atomicity: read_committed consumers get records of aborted transactions',
  how:
    'A fetch that finds no records waits in purgatory. The response that completes it does not contain the list ' +
    'of aborted transactions.',
  rules: { returnsAbortedTransactions: (delayed) => !delayed },
  needs: { transactions: true },
};
