import type { Defect } from './defect.ts';

export const initAbortKeepsEpoch: Defect = {
  slug: 'init_abort_keeps_epoch',
  ids: ['KAFKA-5231'],
  title: 'a transaction that a new producer ends is aborted in the epoch of the old one',
  versions: 'development of 0.11.0.0',
  breaks: 'atomicity: the second half of a transaction is committed without the first',
  how: 'A second producer takes over the transactional id, and the open transaction of the first is aborted; but the first is not fenced before the second has its own epoch. It goes on in between: its next record opens another transaction, and its commit succeeds.',
  rules: {
    fencingEpoch: ({ metadata }) => metadata.producerEpoch,
    timeoutEpoch: ({ metadata }) => metadata.producerEpoch + 1,
  },
  needs: { transactions: true, story: 'takeover', configuration: { 'transaction.version': 1 } },
};
