import { Errors } from '../../kafka/errors.ts';
import { checkSequence } from '../rules/producer-state.ts';
import type { Defect } from './defect.ts';

export const producerStateRemovedWithRecords: Defect = {
  slug: 'producer_state_removed_with_records',
  ids: ['KAFKA-7190', 'KAFKA-8710'],
  title: 'A leader deletes the state of a producer with its last record',
  versions: '1.0 to 2.4; fixed in 2.5.0 (KIP-360)',
  breaks: 'idempotence: a batch is stored twice',
  how:
    'A batch is stored and read, and the response is lost. Before the retry all records of the producer are ' +
    'deleted, and the leader forgets the producer. It refuses the retry as one of an unknown producer; the ' +
    'producer takes that for harmless, gives the batch a new sequence, and it is stored again.',
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
