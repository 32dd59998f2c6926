import { NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { Defect } from './defect.ts';

export const previousProducerIdNotPersisted: Defect = {
  slug: 'previous_producer_id_not_persisted',
  ids: ['KAFKA-20310'],
  title: 'a new coordinator does not know which id a producer had before',
  versions: 'since 2.5.0 (KIP-360), mended in 2026',
  breaks: 'progress: a producer is told that it is fenced, and nobody has taken its transactional id',
  how: 'A producer asks for its next epoch; its producer id has none left, and it is given another id. The answer is lost, and its coordinator replaced. It asks the new one, by the id that it knows. That was only in the memory of the old coordinator, so that the retry is taken for a zombie.',
  rules: {
    transactionFromLog: (written) => ({
      ...written,
      previousProducerId: NO_PRODUCER_ID,
      nextProducerId: NO_PRODUCER_ID,
    }),
  },
  needs: {
    transactions: true,
    directedScenario: 'lost-producer-id',
    configuration: {
      'crucible.max.producer.epoch': 2,
      'transaction.version': 1,
      'transaction.timeout.ms': 20_000,
      'max.block.ms': 800,
      'request.timeout.ms': 1_000,
    },
  },
};
