/** What a partition takes from the hands of a coordinator, and what it demands of a transactional batch (KIP-98, KIP-890). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import type { ProducerState } from './producer-state.ts';
import type { TransactionVersion } from './transaction-state.ts';

/**
 * With version 2 a marker has the epoch after that of its transaction, so one that has the epoch of the present
 * transaction is a late one of the transaction before (KAFKA-19446). Without an open transaction the same
 * epoch is a marker sent again, and is written again lest its transaction never ends (KAFKA-19999).
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

/** Whether the partition is in the producer's transaction already; of another epoch it may be one that is about to end (KAFKA-18575). */
export function isInTransaction(state: ProducerState | undefined, producerEpoch: number): boolean {
  return state !== undefined && state.currentTxnFirstOffset >= 0 && state.producerEpoch === producerEpoch;
}

/** Whether the coordinator is asked before the first batch of a transaction is appended (KIP-890; `transaction.partition.verification.enable`). */
export function asksCoordinator(version: TransactionVersion, verificationEnabled: boolean): boolean {
  return version === 2 || verificationEnabled;
}

/** The same for offsets that a transaction commits (KAFKA-15449). */
export function asksCoordinatorForOffsets(
  version: TransactionVersion,
  verificationEnabled: boolean,
): boolean {
  return version === 2 || verificationEnabled;
}

/**
 * The last look before an append that the coordinator has agreed to: was it asked for this very attempt, or has a
 * marker come in between? And of a producer that is not known here, `lowestSequence` not null, a later batch must not
 * come first while an earlier one waits for its answer (KAFKA-14904); with version 2 the first one is 0.
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

/** What a producer is told when the coordinator did not agree: what passes by itself is to be tried again. */
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
      // Kafka's produce path knows the same by another name.
      return Errors.INVALID_PRODUCER_EPOCH;
    default:
      return error;
  }
}

/** A read_committed consumer is told whose records to drop, also when its fetch has waited for them (KAFKA-5376). */
export function returnsAbortedTransactions(_delayed: boolean): boolean {
  return true;
}
