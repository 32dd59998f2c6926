import { NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { Defect } from './defect.ts';

export const previousProducerIdNotPersisted: Defect = {
  slug: 'previous_producer_id_not_persisted',
  ids: ['KAFKA-20310'],
  title: 'A new coordinator does not know the previous id of a producer',
  versions: 'since 2.5.0 (KIP-360); fixed in 2026',
  breaks: 'progress: a producer is fenced although no other producer has taken its transactional id',
  how:
    'A producer asks for its next epoch; its producer id has none left, and the coordinator assigns another id. ' +
    'The response is lost, and the coordinator is replaced. The producer retries at the new coordinator with ' +
    'the id that it knows. That id was only in the memory of the old coordinator, so the new one takes the ' +
    'retry for a zombie.',
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
