import { oneEpochForAllTransactions } from './one-epoch-for-all-transactions.ts';
import { preparedEnd } from '../rules/transaction-state.ts';
import type { Defect } from './defect.ts';

export const initAbortKeepsEpoch: Defect = {
  slug: 'init_abort_keeps_epoch',
  ids: ['KAFKA-5231'],
  title: 'A new producer aborts the open transaction in the epoch of the old producer',
  versions: 'development of 0.11.0.0',
  breaks: 'atomicity: a fenced producer commits a transaction',
  how:
    'A second producer takes over a transactional id, and the open transaction of the first is aborted; but the ' +
    'first is not fenced until the second has its own epoch. In between the first producer continues: its next ' +
    'record opens another transaction, and its commit succeeds without the first half.',
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
