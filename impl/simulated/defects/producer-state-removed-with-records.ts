import { Errors } from '../../kafka/errors.ts';
import { checkSequence } from '../rules/producer-state.ts';
import type { Defect } from './defect.ts';

export const producerStateRemovedWithRecords: Defect = {
  slug: 'producer_state_removed_with_records',
  ids: ['KAFKA-7190', 'KAFKA-8710'],
  title: 'With the last record of a producer its state is deleted',
  versions: '1.0 to 2.4; fixed in 2.5.0 (KIP-360)',
  breaks: 'idempotence: a batch is stored twice',
  how:
    'A batch is stored and read, and its answer is lost. Before it is sent again all records of its producer are ' +
    'deleted, and the leader forgets the producer. The retry is refused as one of an unknown producer; the producer ' +
    'takes that for harmless, numbers it anew, and it is stored again.',
  rules: {
    keepsStateOfDeletedRecords: () => false,
    checkSequence: (state, producerEpoch, firstSequence, maxSequence, mayBeForgotten) =>
      state === undefined && firstSequence !== 0
        ? Errors.UNKNOWN_PRODUCER_ID
        : checkSequence(state, producerEpoch, firstSequence, maxSequence, mayBeForgotten),
    mayTakeNewIdentity: () => true,
  },
  needs: { expect: ['idempotent-producer'] },
};
