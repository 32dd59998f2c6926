/** Committed offsets at the group coordinator (KIP-98, KIP-447). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/** An offset of a group, and the offset of its record in the offsets topic. */
export interface StoredOffset {
  /** The next to be read; null: deleted. */
  readonly offset: number | null;
  readonly recordOffset: number;
}

/** Whether a committed offset replaces the stored one. An offset of a transaction counts from its own record and not from the marker: an offset committed after it stays. */
export function replacesOffset(stored: StoredOffset | undefined, committed: StoredOffset): boolean {
  return stored === undefined || committed.recordOffset > stored.recordOffset;
}

/** Whether the coordinator returns an offset although open transactions may change it: not to a client that requires stable offsets. */
export function mayReturnOffset(pending: boolean, requireStable: boolean): boolean {
  return !(pending && requireStable);
}

/**
 * Whether a marker completes the offsets of its transaction before it is acknowledged. Otherwise the next transaction of
 * the producer may commit offsets first, and the marker would complete those as well (KAFKA-17507).
 */
export function completesOffsetsBeforeAnswering(): boolean {
  return true;
}

/** Whether the coordinator caches an offset of a transaction while the verification is still pending (KAFKA-15784). */
export function cachesOffsetsBeforeVerification(): boolean {
  return false;
}

/** Returns the error for a client whose offset commit was not written. */
export function offsetCommitError(error: ErrorCode): ErrorCode {
  switch (error) {
    case Errors.NOT_LEADER_OR_FOLLOWER:
      return Errors.NOT_COORDINATOR;
    case Errors.UNKNOWN_TOPIC_OR_PARTITION:
    case Errors.NOT_ENOUGH_REPLICAS:
    case Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND:
    case Errors.REQUEST_TIMED_OUT:
      return Errors.COORDINATOR_NOT_AVAILABLE;
    case Errors.NETWORK_EXCEPTION:
      return Errors.COORDINATOR_LOAD_IN_PROGRESS;
    default:
      return error;
  }
}
