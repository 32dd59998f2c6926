import type { Defect } from './defect.ts';

export const producerExpiryIgnoresMarkers: Defect = {
  slug: 'producer_expiry_ignores_markers',
  ids: ['KAFKA-9144'],
  title: 'A partition forgets a producer by the age of its records alone',
  versions: 'before 2.4.1 and 2.5.0',
  breaks: 'progress: the partition forgets an open transaction, and does not recognise its end',
  how:
    'A partition drops the state of a producer when its last record is old, even if a transaction of the ' +
    'producer is open or its marker has just been written; with it goes what the partition knows of epochs and ' +
    'coordinators.',
  rules: {
    isProducerExpired: (state, nowMs, expirationMs) =>
      nowMs - (state.batches.at(-1)?.timestamp ?? 0) >= expirationMs,
  },
  needs: {
    transactions: true,
    configuration: {
      'transaction.version': 1,
      'producer.id.expiration.ms': 300,
      'producer.id.expiration.check.interval.ms': 100,
    },
  },
};
