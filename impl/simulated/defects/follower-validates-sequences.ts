import { Errors } from '../../kafka/errors.ts';
import { checkSequence } from '../rules/producer-state.ts';
import type { Defect } from './defect.ts';

export const followerValidatesSequences: Defect = {
  slug: 'follower_validates_sequences',
  ids: ['KAFKA-6003'],
  title: 'A follower checks the sequences of batches that its leader has accepted',
  versions: '0.11.0.0 and 0.11.0.1; fixed in 0.11.0.2 and 1.0.0',
  breaks: 'progress: a replica never rejoins the ISR',
  how:
    'The first records of a producer are old and deleted. A replica with an empty log replicates what is left, ' +
    'which starts in the middle of the sequences of a producer that it does not know. It refuses the batch, ' +
    'fetches it again, and refuses it again, for ever.',
  rules: {
    checkReplicatedSequence: (state, producerEpoch, firstSequence, maxSequence) =>
      state === undefined && firstSequence !== 0
        ? Errors.OUT_OF_ORDER_SEQUENCE_NUMBER
        : checkSequence(state, producerEpoch, firstSequence, maxSequence, true),
  },
};
