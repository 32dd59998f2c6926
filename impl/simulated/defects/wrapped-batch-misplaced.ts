import type { Defect } from './defect.ts';

export const wrappedBatchMisplaced: Defect = {
  slug: 'wrapped_batch_misplaced',
  ids: ['KAFKA-7692'],
  title: 'A broker remembers a batch in which the sequences wrap at the wrong offset',
  versions: '0.11 to 2.1.0; fixed in 2.1.1 and 2.2.0',
  breaks: 'no loss: a record is acknowledged at an offset where it is not',
  how:
    'The sequences of a producer wrap in the middle of a batch. The broker computes the length of the batch ' +
    'from the sequences, and from that its first offset, which is far from the true one. When the batch is ' +
    'retried, the broker answers with that offset.',
  rules: {
    firstOffsetOfBatch: ({ firstSequence, lastSequence, lastOffset }) =>
      lastOffset - (lastSequence - firstSequence),
  },
  // Few sequences, so that they wrap, and time for a batch to get a second record.
  needs: {
    configuration: {
      'crucible.max.sequence': 15,
      'max.in.flight.requests.per.connection': 1,
      'linger.ms': 20,
    },
  },
};
