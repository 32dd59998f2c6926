import type { Defect } from './defect.ts';

export const producerExpiryIgnoresMarkers: Defect = {
  slug: 'producer_expiry_ignores_markers',
  ids: ['KAFKA-9144'],
  title: 'a partition forgets a producer by the age of its records alone',
  versions: 'before 2.4.1 and 2.5.0',
  breaks: 'progress: what is open on the partition is forgotten, and its end is not seen as one',
  how: 'The entry of a producer goes when its last record is old, though a transaction of its is open or its marker has just come; with it goes what is known of epochs and coordinators.',
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
