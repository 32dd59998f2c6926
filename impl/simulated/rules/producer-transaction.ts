/** How a transactional producer reacts to responses (Kafka's TransactionManager; KIP-360, KIP-588, KIP-890). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/**
 * `abortable`: the transaction must be aborted; `renewable`: it cannot be aborted, and the producer asks for another
 * identity instead (KIP-360); `fatal`: another producer has taken over, or the coordinator no longer knows this one.
 */
export type AfterError = 'abortable' | 'renewable' | 'fatal';

/** `again`: retry the same request a little later; `elsewhere`: find another coordinator. */
export type AfterAnswer = 'done' | 'again' | 'elsewhere' | AfterError;

/** Returns the reaction to the response of a coordinator; null: the connection was lost. */
export function afterCoordinatorAnswer(error: ErrorCode | null): AfterAnswer {
  switch (error) {
    case Errors.NONE:
      return 'done';
    case null:
    case Errors.COORDINATOR_NOT_AVAILABLE:
    case Errors.NOT_COORDINATOR:
      return 'elsewhere';
    case Errors.COORDINATOR_LOAD_IN_PROGRESS:
    case Errors.CONCURRENT_TRANSACTIONS:
    case Errors.UNKNOWN_TOPIC_OR_PARTITION:
    case Errors.NOT_ENOUGH_REPLICAS:
    case Errors.REQUEST_TIMED_OUT:
      return 'again';
    case Errors.TRANSACTION_ABORTABLE:
      return 'abortable';
    case Errors.INVALID_PRODUCER_ID_MAPPING:
      return afterForgottenProducerId();
    default:
      return 'fatal';
  }
}

/** The coordinator has forgotten the id, and another producer may have used it in between: the error is fatal (KAFKA-18019). */
function afterForgottenProducerId(): AfterError {
  return 'fatal';
}

/** Returns the reaction to a failed batch of a transaction, which cannot be committed any more. */
export function afterFailedBatch(error: ErrorCode): AfterError {
  switch (error) {
    case Errors.PRODUCER_FENCED:
      return 'fatal';
    case Errors.INVALID_PRODUCER_ID_MAPPING:
      return afterForgottenProducerId();
    default:
      // Also INVALID_PRODUCER_EPOCH: the coordinator decides at the abort whether the producer is fenced (KIP-588).
      return 'abortable';
  }
}

/** Whether a late error of a batch that was given up is ignored: its transaction may be over, and it must not fail the next one (KAFKA-14830). */
export function ignoresGivenUpBatch(): boolean {
  return true;
}

/** Whether the producer asks the coordinator to end a transaction while batches of it are in flight (KAFKA-12671). */
export function endsWithBatchesInFlight(): boolean {
  return false;
}

/** Whether a batch is marked as transactional, also when the transaction can only be aborted by now (KAFKA-5364). */
export function marksBatchTransactional(_abortable: boolean): boolean {
  return true;
}
