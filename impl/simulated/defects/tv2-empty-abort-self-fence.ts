import { Errors } from '../protocol/errors.ts';
import { endTransactionV2 } from '../rules/transaction-coordinator.ts';
import { isPreparing } from '../rules/transaction-state.ts';
import type { Defect } from './defect.ts';

export const tv2EmptyAbortSelfFence: Defect = {
  slug: 'tv2_empty_abort_self_fence',
  ids: ['KAFKA-18464'],
  title: 'a producer that aborts nothing after a commit is told that it is fenced',
  versions: 'development of 4.0, never released',
  breaks: 'progress: a producer that nobody has fenced cannot go on',
  how: 'A commit is answered when it is decided; before its markers are out, the producer begins and aborts a transaction without records. Its epoch is looked at before the state, and it is not yet the one that is expected.',
  rules: {
    endTransactionV2: (entry, asked, maxEpoch) =>
      isPreparing(entry.metadata.state) && asked.producerEpoch === entry.metadata.producerEpoch
        ? { is: 'refused', error: Errors.PRODUCER_FENCED }
        : endTransactionV2(entry, asked, maxEpoch),
  },
  needs: { transactions: true },
};
