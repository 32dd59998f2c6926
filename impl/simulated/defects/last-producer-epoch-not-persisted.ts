import { NO_PRODUCER_EPOCH } from '../../kafka/records.ts';
import type { Defect } from './defect.ts';

export const lastProducerEpochNotPersisted: Defect = {
  slug: 'last_producer_epoch_not_persisted',
  ids: ['KAFKA-20357'],
  title: 'a new coordinator does not know which epoch a producer had before',
  versions: 'since 2.5.0 (KIP-360), mended in 2026',
  breaks: 'progress: a producer is told that it is fenced, and nobody has taken its transactional id',
  how: 'A producer asks for its next epoch and is given it, but the answer is lost, and its coordinator replaced. It asks the new one, with the epoch that it knows. The epoch before the present one was only in the memory of the old coordinator, so that the retry is taken for a zombie.',
  rules: { transactionFromLog: (written) => ({ ...written, lastProducerEpoch: NO_PRODUCER_EPOCH }) },
  needs: {
    transactions: true,
    directedScenario: 'lost-epoch',
    configuration: {
      'transaction.version': 1,
      'transaction.timeout.ms': 20_000,
      'max.block.ms': 500,
      'request.timeout.ms': 1_000,
    },
  },
};
