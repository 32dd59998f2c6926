import type { Defect } from './defect.ts';

export const producerSequenceOverflow: Defect = {
  slug: 'producer_sequence_overflow',
  ids: ['KAFKA-7693'],
  title: 'The sequences of a producer do not wrap after the greatest one',
  versions: '0.11 to 2.1.0; fixed in 2.1.1 and 2.2.0',
  breaks: 'progress: a send never completes',
  how:
    'A producer has written so much to a partition that its sequences are used up, and counts on. The I/O ' +
    'thread cannot serialise such a number: it throws after it has taken the batch, and continues without it. ' +
    'The application gets neither an offset nor an error for the records.',
  rules: { sequenceOfNextBatch: (sequence, by) => sequence + by },
  // With one request in flight and five batches remembered, eight numbers are enough to distinguish batches.
  needs: {
    configuration: { 'crucible.max.sequence': 7, 'max.in.flight.requests.per.connection': 1 },
  },
};
