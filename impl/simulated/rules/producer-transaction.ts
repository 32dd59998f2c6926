/** What a transactional producer makes of the answers that it gets (Kafka's TransactionManager; KIP-360, KIP-588, KIP-890). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/**
 * `abortable`: the transaction must be aborted; `renewable`: nobody else can abort it, and the producer asks for another
 * identity instead (KIP-360); `fatal`: another producer has taken over, or the coordinator knows this one no more.
 */
export type AfterError = 'abortable' | 'renewable' | 'fatal';

/** `again`: the same request a little later; `elsewhere`: by another coordinator. */
export type AfterAnswer = 'done' | 'again' | 'elsewhere' | AfterError;

/** The answer of a coordinator; null: the connection was lost. */
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

/** The coordinator has forgotten the id, and somebody else may have come and gone since: there is no way back (KAFKA-18019). */
function afterForgottenProducerId(): AfterError {
  return 'fatal';
}

/** A batch of a transaction that is given up: the transaction cannot be committed any more. */
export function afterFailedBatch(error: ErrorCode): AfterError {
  switch (error) {
    case Errors.PRODUCER_FENCED:
      return 'fatal';
    case Errors.INVALID_PRODUCER_ID_MAPPING:
      return afterForgottenProducerId();
    default:
      // Also INVALID_PRODUCER_EPOCH: whether the producer is fenced the coordinator says at the abort (KIP-588).
      return 'abortable';
  }
}

/** What is heard of a batch that was given up before, when its transaction may be over: it is not the next one's failure (KAFKA-14830). */
export function ignoresGivenUpBatch(): boolean {
  return true;
}

/** Whether the coordinator is asked to end the transaction although batches of it are under way (KAFKA-12671). */
export function endsWithBatchesInFlight(): boolean {
  return false;
}

/** Whether a batch belongs to the transaction: also when that can only be aborted by now (KAFKA-5364). */
export function marksBatchTransactional(_abortable: boolean): boolean {
  return true;
}
