import { oneEpochForAllTransactions } from './one-epoch-for-all-transactions.ts';
import { preparedEnd } from '../rules/transaction-state.ts';
import type { Defect } from './defect.ts';

export const initAbortKeepsEpoch: Defect = {
  slug: 'init_abort_keeps_epoch',
  ids: ['KAFKA-5231'],
  title: 'a transaction that a new producer ends is aborted in the epoch of the old one',
  versions: 'development of 0.11.0.0',
  breaks: 'atomicity: a producer that another one had fenced commits a transaction',
  how: 'A second producer takes over the transactional id, and the open transaction of the first is aborted; but the first is not fenced before the second has its own epoch. It goes on in between: what it writes next opens another transaction, and its commit succeeds, without the first half.',
  rules: {
    ...oneEpochForAllTransactions,
    preparedEnd: (metadata, commit, options) => ({
      ...preparedEnd(metadata, commit, { ...options, version: 1 }),
      version: options.version,
    }),
    fencingEpoch: ({ metadata }) => metadata.producerEpoch,
  },
  needs: { transactions: true, directedScenario: 'takeover' },
};
