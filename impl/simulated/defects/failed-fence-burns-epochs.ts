import type { Defect } from './defect.ts';

export const failedFenceBurnsEpochs: Defect = {
  slug: 'failed_fence_burns_epochs',
  ids: ['KAFKA-9666'],
  title: 'A fence that could not be written uses up a producer epoch',
  versions: 'before 2.6.0',
  breaks: 'progress: a transaction is open for ever because no epoch is left to abort it with',
  how:
    'The log of transactions has too few in-sync replicas while a transaction must be aborted: it has timed ' +
    'out, or another producer has taken over. Each attempt takes another epoch in memory and fails to write it, ' +
    'until no epoch is left.',
  rules: {
    fencingEpoch: ({ metadata: { producerEpoch } }, maxEpoch) =>
      producerEpoch < maxEpoch ? producerEpoch + 1 : null,
  },
  needs: {
    transactions: true,
    configuration: {
      'transaction.version': 1,
      'transaction.state.log.min.isr': 3,
      'crucible.max.producer.epoch': 4,
    },
  },
};
