import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

const RETRIABLE: ReadonlySet<ErrorCode> = new Set([
  Errors.UNKNOWN_TOPIC_OR_PARTITION,
  Errors.LEADER_NOT_AVAILABLE,
  Errors.NOT_LEADER_OR_FOLLOWER,
  Errors.REQUEST_TIMED_OUT,
  Errors.NETWORK_EXCEPTION,
  Errors.NOT_ENOUGH_REPLICAS,
  Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  Errors.KAFKA_STORAGE_ERROR,
  Errors.FENCED_LEADER_EPOCH,
  Errors.UNKNOWN_LEADER_EPOCH,
  Errors.CONCURRENT_TRANSACTIONS,
  Errors.UNKNOWN_TOPIC_ID,
  Errors.INCONSISTENT_TOPIC_ID,
]);

const INVALID_METADATA: ReadonlySet<ErrorCode> = new Set([
  Errors.UNKNOWN_TOPIC_OR_PARTITION,
  Errors.LEADER_NOT_AVAILABLE,
  Errors.NOT_LEADER_OR_FOLLOWER,
  Errors.NETWORK_EXCEPTION,
  Errors.KAFKA_STORAGE_ERROR,
  Errors.FENCED_LEADER_EPOCH,
  Errors.UNKNOWN_TOPIC_ID,
  Errors.INCONSISTENT_TOPIC_ID,
]);

const CERTAINLY_NOT_APPENDED: ReadonlySet<ErrorCode> = new Set([
  Errors.NOT_ENOUGH_REPLICAS,
  Errors.UNKNOWN_TOPIC_OR_PARTITION,
  Errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
  Errors.INVALID_PRODUCER_EPOCH,
  Errors.UNKNOWN_PRODUCER_ID,
  Errors.CONCURRENT_TRANSACTIONS,
  Errors.INVALID_PRODUCER_ID_MAPPING,
  Errors.INVALID_TXN_STATE,
  Errors.TRANSACTION_ABORTABLE,
  Errors.UNKNOWN_TOPIC_ID,
  Errors.INCONSISTENT_TOPIC_ID,
]);

/** Returns whether the same request may succeed later (Kafka's RetriableException). */
export function isRetriable(error: ErrorCode): boolean {
  return RETRIABLE.has(error);
}

/** Returns whether the client's metadata may be wrong and must be requested again (Kafka's InvalidMetadataException). */
export function invalidatesMetadata(error: ErrorCode): boolean {
  return INVALID_METADATA.has(error);
}

/**
 * Returns whether a produce request with this error may have been appended, or may be later. Only errors that a leader
 * returns before it appends are certain:
 * NOT_LEADER_OR_FOLLOWER is also the response to a produce request that waited for replicas when its leader
 * stepped down (KAFKA-13574).
 */
export function mayHaveBeenAppended(error: ErrorCode): boolean {
  return !CERTAINLY_NOT_APPENDED.has(error);
}
