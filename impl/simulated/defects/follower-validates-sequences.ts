import { Errors } from '../../kafka/errors.ts';
import { checkSequence } from '../rules/producer-state.ts';
import type { Defect } from './defect.ts';

export const followerValidatesSequences: Defect = {
  slug: 'follower_validates_sequences',
  ids: ['KAFKA-6003'],
  title: 'A follower checks the sequences of what its leader has accepted',
  versions: '0.11.0.0 and 0.11.0.1; fixed in 0.11.0.2 and 1.0.0',
  breaks: 'progress: a replica never joins the in-sync replicas again',
  how:
    'The first records of a producer are old and deleted. A replica that begins with an empty log copies what is ' +
    'left, and finds a producer of which it knows nothing, amidst its sequences. It refuses the batch, asks for it ' +
    'again, and refuses it again, for ever.',
  rules: {
    checkReplicatedSequence: (state, producerEpoch, firstSequence, maxSequence) =>
      state === undefined && firstSequence !== 0
        ? Errors.OUT_OF_ORDER_SEQUENCE_NUMBER
        : checkSequence(state, producerEpoch, firstSequence, maxSequence, true),
  },
};
