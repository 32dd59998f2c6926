import { Errors } from '../../kafka/errors.ts';
import { endTransactionV2 } from '../rules/transaction-coordinator.ts';
import { isPreparing } from '../rules/transaction-states.ts';
import type { Defect } from './defect.ts';

export const tv2EmptyAbortSelfFence: Defect = {
  slug: 'tv2_empty_abort_self_fence',
  ids: ['KAFKA-18464'],
  title: 'A producer that aborts an empty transaction too soon fences itself',
  versions: 'development of 4.0.0, with transaction.version 2',
  breaks: 'progress: a producer is fenced although no other producer has taken its transactional id',
  how:
    'A commit is decided, and the producer gets its next epoch while the markers are in flight. It begins ' +
    'another transaction and aborts it before it has written anything. The coordinator checks the epoch before ' +
    'it checks whether a transition is pending: while markers are in flight it expects only the previous epoch, ' +
    'of a retry.',
  rules: {
    endTransactionV2: (entry, asked, maxEpoch) => {
      const { state, producerEpoch } = entry.metadata;
      return isPreparing(state) && asked.producerEpoch !== producerEpoch - 1
        ? { is: 'refused', error: Errors.PRODUCER_FENCED }
        : endTransactionV2(entry, asked, maxEpoch);
    },
  },
  needs: { transactions: true },
};
