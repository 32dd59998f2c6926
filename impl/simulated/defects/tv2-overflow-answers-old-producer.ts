import type { Defect } from './defect.ts';

export const tv2OverflowAnswersOldProducer: Defect = {
  slug: 'tv2_overflow_answers_old_producer',
  ids: ['KAFKA-18660'],
  title: 'a producer whose epochs are used up is not told its next id',
  versions: 'development of 4.0.0, with transaction.version 2',
  breaks:
    'progress: a producer is told that its id is not the one of its transactional id, and nobody else has taken that',
  how: 'With the last epoch of a producer id the end of a transaction brings another id into force. The answer names the old id and the epoch of the markers; the next transaction of the producer begins with what nobody knows any more.',
  rules: {
    producerInEndTxnResponse: ({ producerId, producerEpoch }) => ({ producerId, producerEpoch }),
  },
  needs: { transactions: true, configuration: { 'crucible.max.producer.epoch': 3 } },
};
