import { Errors } from '../../kafka/errors.ts';
import { endTransactionV2 } from '../rules/transaction-coordinator.ts';
import { isPreparing } from '../rules/transaction-states.ts';
import type { Defect } from './defect.ts';

export const tv2EmptyAbortSelfFence: Defect = {
  slug: 'tv2_empty_abort_self_fence',
  ids: ['KAFKA-18464'],
  title: 'a producer that aborts an empty transaction too soon fences itself',
  versions: 'development of 4.0.0, with transaction.version 2',
  breaks: 'progress: a producer is told that it is fenced, and nobody has taken its transactional id',
  how: 'A commit is decided, and the producer is told its next epoch; markers are on their way. It begins another transaction and aborts it before anything was written. The coordinator looks at the epoch before it looks at whether it is busy: while markers are out it expects the epoch before only, of a retry.',
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
