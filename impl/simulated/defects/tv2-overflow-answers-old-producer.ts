import type { Defect } from './defect.ts';

export const tv2OverflowAnswersOldProducer: Defect = {
  slug: 'tv2_overflow_answers_old_producer',
  ids: ['KAFKA-18660'],
  title: 'A producer whose epochs are used up does not get its next producer id',
  versions: 'development of 4.0.0, with transaction.version 2',
  breaks:
    'progress: a producer is refused because its id is not that of its transactional id, although no other ' +
    'producer has taken it',
  how:
    'With the last epoch of a producer id, the end of a transaction brings another id into force. The response ' +
    'carries the old id and the epoch of the markers; the next transaction of the producer starts with an id ' +
    'that no broker knows any more.',
  rules: {
    producerInEndTxnResponse: ({ producerId, producerEpoch }) => ({ producerId, producerEpoch }),
  },
  needs: { transactions: true, configuration: { 'crucible.max.producer.epoch': 3 } },
};
