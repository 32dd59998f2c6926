import type { Defect } from './defect.ts';

/** Found by this harness; the rule is the published one of Kafka (`UnifiedLog.rebuildProducerState`). */
export const truncationForgetsExpiredProducers: Defect = {
  slug: 'truncation_forgets_expired_producers',
  ids: [],
  title: 'A replica whose producers have all expired does not see that a transaction is open again',
  versions: 'as published in the sources of 3.x and 4.0; we know of no issue that reports it',
  breaks: 'atomic transactions: read_committed consumers get aborted records',
  how:
    'A follower truncates the marker of a transaction, so that the transaction is open again. All producers ' +
    'that it knew have expired; it takes that for a log without producers, and does not rebuild their state. ' +
    'The marker that comes next ends nothing, the abort is missing from the transaction index, and when the ' +
    'replica leads, consumers get the aborted records.',
  rules: { rebuildsProducersAfterTruncation: (noneWereKnown) => !noneWereKnown },
  needs: {
    transactions: true,
    configuration: {
      'producer.id.expiration.ms': 1_000,
      'producer.id.expiration.check.interval.ms': 100,
    },
  },
};
