import type { Defect } from './defect.ts';

export const wrappedBatchMisplaced: Defect = {
  slug: 'wrapped_batch_misplaced',
  ids: ['KAFKA-7692'],
  title: 'A batch in which the sequences wrap is remembered at another offset',
  versions: '0.11 to 2.1.0; fixed in 2.1.1 and 2.2.0',
  breaks: 'no loss: a record is acknowledged at an offset where it does not lie',
  how:
    'The sequences of a producer come to their greatest number amidst a batch. The broker reckons from the sequences ' +
    'how long the batch is, and where it began: far behind its end. When the batch is sent again, that offset is the ' +
    'answer.',
  rules: {
    firstOffsetOfBatch: ({ firstSequence, lastSequence, lastOffset }) =>
      lastOffset - (lastSequence - firstSequence),
  },
  // Few sequences, so that they come round, and time for a batch to get a second record.
  needs: {
    configuration: {
      'crucible.max.sequence': 15,
      'max.in.flight.requests.per.connection': 1,
      'linger.ms': 20,
    },
  },
};
