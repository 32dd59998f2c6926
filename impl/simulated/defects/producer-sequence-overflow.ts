import type { Defect } from './defect.ts';

export const producerSequenceOverflow: Defect = {
  slug: 'producer_sequence_overflow',
  ids: ['KAFKA-7693'],
  title: 'The sequences of a producer do not begin again after the greatest',
  versions: '0.11 to 2.1.0; fixed in 2.1.1 and 2.2.0',
  breaks: 'progress: a send never ends',
  how:
    'A producer has written so much to a partition that its sequences are used up, and counts on. Such a number ' +
    'cannot be written: its I/O thread throws when it has already taken the batch, and goes on without it. Nobody ' +
    'ever tells what became of the records, neither an offset nor an error.',
  rules: { sequenceOfNextBatch: (sequence, by) => sequence + by },
  // With one request in flight and five batches remembered, eight numbers are enough to tell batches apart.
  needs: {
    configuration: { 'crucible.max.sequence': 7, 'max.in.flight.requests.per.connection': 1 },
  },
};
