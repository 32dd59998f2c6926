import { Errors } from '../../kafka/errors.ts';
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from '../../kafka/records.ts';
import type { Rules } from '../rules/rules.ts';
import { endTransactionV1 } from '../rules/transaction-coordinator.ts';
import { preparedEnd } from '../rules/transaction-state.ts';

/** What transaction.version 2 changed, put back: the end of a transaction has no epoch of its own. */
export const oneEpochForAllTransactions: Partial<Rules> = {
  endTransactionV2: (entry, asked) => endTransactionV1(entry, asked),
  preparedEnd: (metadata, commit, options) => ({
    // A fence has an epoch of its own all the same.
    ...preparedEnd(metadata, commit, { ...options, version: options.fences ? 2 : 1 }),
    version: options.version,
  }),
  producerInEndTxnResponse: () => ({ producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH }),
  checkMarker: (state, markerEpoch) =>
    state !== undefined && markerEpoch < state.producerEpoch ? Errors.INVALID_PRODUCER_EPOCH : Errors.NONE,
};
