/** Markers and transactional batches: what a partition accepts, and when it asks the coordinator (KIP-98, KIP-890). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { ProducerState } from './producer-state.ts';
import type { TransactionVersion } from './transaction-state.ts';

/**
 * Checks the producer epoch of a marker. With version 2 a marker has the epoch after that of its transaction, so a marker
 * with the epoch of the current transaction is a late one of the previous transaction (KAFKA-19446). Without an open
 * transaction a marker with the same epoch is a retry, and is written again: else the coordinator would never complete
 * the transaction (KAFKA-19999).
 */
export function checkMarker(
  state: ProducerState | undefined,
  markerEpoch: number,
  version: TransactionVersion,
): ErrorCode {
  if (state === undefined) return Errors.NONE;
  const late =
    version === 2 && markerEpoch === state.producerEpoch
      ? state.currentTxnFirstOffset >= 0
      : markerEpoch < state.producerEpoch;
  return late ? Errors.INVALID_PRODUCER_EPOCH : Errors.NONE;
}

/** Whether the partition is part of the producer's transaction already. An open transaction of another epoch may be one that is about to end (KAFKA-18575). */
export function isInTransaction(state: ProducerState | undefined, producerEpoch: number): boolean {
  return state !== undefined && state.currentTxnFirstOffset >= 0 && state.producerEpoch === producerEpoch;
}

/** Whether the leader asks the coordinator before it appends the first batch of a transaction (KIP-890; `transaction.partition.verification.enable`). */
export function asksCoordinator(version: TransactionVersion, verificationEnabled: boolean): boolean {
  return version === 2 || verificationEnabled;
}

/** Whether the group coordinator asks before it writes offsets of a transaction (KAFKA-15449). */
export function asksCoordinatorForOffsets(
  version: TransactionVersion,
  verificationEnabled: boolean,
): boolean {
  return version === 2 || verificationEnabled;
}

/**
 * Checks an append that the coordinator has verified once more: the verification must be for this attempt, without a
 * marker in between. And of a producer that is not known here (`lowestSequence` is not null) a later batch must not be
 * appended first while an earlier one waits for its verification (KAFKA-14904); with version 2 the first sequence is 0.
 */
export function checkVerifiedAppend(
  sameAttempt: boolean,
  lowestSequence: number | null,
  firstSequence: number,
  version: TransactionVersion,
): ErrorCode {
  if (!sameAttempt) return Errors.INVALID_TXN_STATE;
  if (lowestSequence === null) return Errors.NONE;
  const first = version === 2 ? 0 : lowestSequence;
  return firstSequence > first ? Errors.OUT_OF_ORDER_SEQUENCE_NUMBER : Errors.NONE;
}

/** Returns the error for a producer whose batch the coordinator did not verify: transient errors are retriable. */
export function verificationError(error: ErrorCode, version: TransactionVersion): ErrorCode {
  switch (error) {
    case Errors.COORDINATOR_LOAD_IN_PROGRESS:
    case Errors.COORDINATOR_NOT_AVAILABLE:
    case Errors.NOT_COORDINATOR:
    case Errors.NETWORK_EXCEPTION:
      return Errors.NOT_ENOUGH_REPLICAS;
    case Errors.CONCURRENT_TRANSACTIONS:
      return version === 2 ? Errors.CONCURRENT_TRANSACTIONS : Errors.NOT_ENOUGH_REPLICAS;
    case Errors.PRODUCER_FENCED:
      // The produce path of Kafka has another name for the same error.
      return Errors.INVALID_PRODUCER_EPOCH;
    default:
      return error;
  }
}

/** Whether the response to a read_committed fetch has the list of aborted transactions, also when the fetch was delayed (KAFKA-5376). */
export function returnsAbortedTransactions(_delayed: boolean): boolean {
  return true;
}
