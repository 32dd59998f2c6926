import { Errors } from '../../kafka/errors.ts';
import { preparedEnd } from '../rules/transaction-state.ts';
import type { Defect } from './defect.ts';

export const timeoutAbortKeepsEpoch: Defect = {
  slug: 'timeout_abort_keeps_epoch',
  ids: ['KAFKA-6119'],
  title: 'A transaction that timed out is aborted in the epoch of its producer',
  versions: '0.11.0.0 and 0.11.0.1',
  breaks: 'atomicity: the second half of a transaction is committed without the first',
  how:
    'A producer pauses for longer than the transaction timeout; the coordinator aborts its transaction, but ' +
    'does not fence the producer. The producer continues in the same epoch, its next record opens another ' +
    'transaction, and its commit succeeds.',
  rules: {
    timeoutEpoch: (entry) => entry.metadata.producerEpoch,
    // Version 2 has a new epoch for every end; an abort that no producer asked for goes without one.
    preparedEnd: (metadata, commit, options) => ({
      ...preparedEnd(metadata, commit, { ...options, version: options.fences ? 1 : options.version }),
      version: options.version,
    }),
    checkMarker: (state, markerEpoch) =>
      state !== undefined && markerEpoch < state.producerEpoch ? Errors.INVALID_PRODUCER_EPOCH : Errors.NONE,
  },
  needs: { transactions: true, directedScenario: 'transaction-outlives-timeout' },
};
