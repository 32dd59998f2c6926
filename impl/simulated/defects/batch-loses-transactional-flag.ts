import type { Defect } from './defect.ts';

export const batchLosesTransactionalFlag: Defect = {
  slug: 'batch_loses_transactional_flag',
  ids: ['KAFKA-5364'],
  title: 'Batches that a producer sends after an error belong to no transaction',
  versions: 'development of 0.11.0.0',
  breaks: 'atomicity: a record of an aborted transaction is read',
  how:
    'A batch of a transaction is given up, so that the transaction can only be aborted. The producer still ' +
    'sends the batches that wait for other partitions, but no longer marks them as part of the transaction, and ' +
    'read_committed consumers read them.',
  rules: { marksBatchTransactional: (abortable) => !abortable },
  needs: {
    transactions: true,
    directedScenario: 'failed-batch',
    configuration: {
      // The next batch waits for the one that is given up, and is not given up together with it.
      'max.in.flight.requests.per.connection': 1,
      'request.timeout.ms': 1_000,
      'delivery.timeout.ms': 1_000,
      'linger.ms': 0,
    },
  },
};
