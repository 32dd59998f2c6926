import type { Defect } from './defect.ts';

export const batchLosesTransactionalFlag: Defect = {
  slug: 'batch_loses_transactional_flag',
  ids: ['KAFKA-5364'],
  title: 'what is sent after an error belongs to no transaction',
  versions: 'development of 0.11.0.0',
  breaks: 'atomicity: a record of a transaction that was aborted is read',
  how: 'A batch of the transaction is given up, so that it can only be aborted. What waits for another partition is still sent, but no longer as a part of the transaction, and everybody reads it.',
  rules: { marksBatchTransactional: (abortable) => !abortable },
  needs: {
    transactions: true,
    directedScenario: 'failed-batch',
    configuration: {
      // The next batch waits for the one that is given up, and is not given up with it.
      'max.in.flight.requests.per.connection': 1,
      'request.timeout.ms': 1_000,
      'delivery.timeout.ms': 1_000,
      'linger.ms': 0,
    },
  },
};
