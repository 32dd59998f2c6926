import type { Defect } from './defect.ts';

export const givenUpBatchFailsNextTransaction: Defect = {
  slug: 'given_up_batch_fails_next_transaction',
  ids: ['KAFKA-14830'],
  title: 'What is heard of a batch that was given up counts against the transaction of the day',
  versions: 'before 4.0.0',
  breaks: 'atomic transactions: a transaction that was committed is told as failed, and as aborted',
  how:
    'A batch is still in flight when its time is over, and its transaction is aborted. The answer, or its absence, ' +
    'comes in the next transaction, when the producer has just asked for its commit: the producer takes the failure for ' +
    'one of this transaction, tells the application so, and the abort that follows is answered, though the commit was ' +
    'done.',
  rules: { ignoresGivenUpBatch: () => false },
  needs: {
    transactions: true,
    directedScenario: 'given-up-batch',
    configuration: { 'linger.ms': 0, 'request.timeout.ms': 600, 'delivery.timeout.ms': 1_000 },
  },
};
