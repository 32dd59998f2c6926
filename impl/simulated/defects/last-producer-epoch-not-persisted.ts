import { NO_PRODUCER_EPOCH } from '../../kafka/records.ts';
import type { Defect } from './defect.ts';

export const lastProducerEpochNotPersisted: Defect = {
  slug: 'last_producer_epoch_not_persisted',
  ids: ['KAFKA-20357'],
  title: 'A new coordinator does not know the previous epoch of a producer',
  versions: 'since 2.5.0 (KIP-360); fixed in 2026',
  breaks: 'progress: a producer is fenced although no other producer has taken its transactional id',
  how:
    'A producer asks for its next epoch; the coordinator assigns it, but the response is lost and the ' +
    'coordinator is replaced. The producer retries at the new coordinator with the epoch that it knows. The ' +
    'previous epoch was only in the memory of the old coordinator, so the new one takes the retry for a zombie.',
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
