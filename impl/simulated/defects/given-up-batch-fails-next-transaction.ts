import type { Defect } from './defect.ts';

export const givenUpBatchFailsNextTransaction: Defect = {
  slug: 'given_up_batch_fails_next_transaction',
  ids: ['KAFKA-14830'],
  title: 'The failure of a batch of an earlier transaction fails the current one',
  versions: 'before 4.0.0',
  breaks: 'atomic transactions: a committed transaction is reported as failed and aborted',
  how:
    'A batch is still in flight when its delivery timeout passes, and its transaction is aborted. The response, ' +
    'or its absence, reaches the producer during the next transaction, just when it has asked for the commit: ' +
    'the producer attributes the failure to the current transaction and reports it to the application, and the ' +
    'abort that follows succeeds although the transaction was committed.',
  rules: { ignoresGivenUpBatch: () => false },
  needs: {
    transactions: true,
    directedScenario: 'given-up-batch',
    configuration: { 'linger.ms': 0, 'request.timeout.ms': 600, 'delivery.timeout.ms': 1_000 },
  },
};
