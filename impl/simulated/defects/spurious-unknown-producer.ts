import { Errors } from '../../kafka/errors.ts';
import { checkSequence } from '../rules/producer-state.ts';
import type { Defect } from './defect.ts';

export const spuriousUnknownProducer: Defect = {
  slug: 'spurious_unknown_producer',
  ids: ['KAFKA-5793', 'KIP-192'],
  title: 'A producer whose records were deleted gets an error that means loss of data',
  versions: '0.11; fixed in 1.0.0',
  breaks: 'idempotence: a healthy producer fails by its own sequence number',
  how:
    'A producer writes little, and retention deletes all its records. With them the leader forgets the ' +
    'producer, and takes its next batch, in the middle of its sequences, for one behind a gap. The producer ' +
    'cannot distinguish that from a loss of data, and reports the error to the application.',
  rules: {
    keepsStateOfDeletedRecords: () => false,
    checkSequence: (state, producerEpoch, firstSequence, maxSequence, mayBeForgotten) =>
      state === undefined && firstSequence !== 0
        ? Errors.OUT_OF_ORDER_SEQUENCE_NUMBER
        : checkSequence(state, producerEpoch, firstSequence, maxSequence, mayBeForgotten),
    retriesInNewEpoch: () => false,
  },
};
