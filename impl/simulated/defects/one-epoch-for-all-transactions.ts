import { Errors } from '../../kafka/errors.ts';
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { Rules } from '../rules/rules.ts';
import { endTransactionV1 } from '../rules/transaction-coordinator.ts';
import { preparedEnd } from '../rules/transaction-state.ts';

/** The rules before transaction.version 2: the end of a transaction has no epoch of its own. */
export const oneEpochForAllTransactions: Partial<Rules> = {
  endTransactionV2: (entry, asked) => endTransactionV1(entry, asked),
  preparedEnd: (metadata, commit, options) => ({
    // A fence had an epoch of its own before as well.
    ...preparedEnd(metadata, commit, { ...options, version: options.fences ? 2 : 1 }),
    version: options.version,
  }),
  producerInEndTxnResponse: () => ({ producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH }),
  checkMarker: (state, markerEpoch) =>
    state !== undefined && markerEpoch < state.producerEpoch ? Errors.INVALID_PRODUCER_EPOCH : Errors.NONE,
};
