import type { Defect } from './defect.ts';

export const timeoutAbortKeepsEpoch: Defect = {
  slug: 'timeout_abort_keeps_epoch',
  ids: ['KAFKA-6119'],
  title: 'a transaction that timed out is aborted in the epoch of its producer',
  versions: '0.11.0.0 and 0.11.0.1',
  breaks: 'atomicity: the second half of a transaction is committed without the first',
  how: 'The producer pauses for longer than the timeout; its transaction is aborted, but it is not fenced. It goes on with the same epoch, its next record opens another transaction, and its commit succeeds.',
  rules: { timeoutEpoch: (entry) => entry.metadata.producerEpoch },
  needs: { transactions: true, configuration: { 'transaction.version': 1 } },
};
