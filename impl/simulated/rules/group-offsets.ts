/** What a group coordinator makes of committed offsets (KIP-98, KIP-447). */
import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';

/** An offset of a group, and where the log of the offsets topic says so. */
export interface StoredOffset {
  /** The next to be read; null: deleted. */
  readonly offset: number | null;
  readonly recordOffset: number;
}

/** A transaction's offset counts from its own place in the log, not from that of its marker: what was committed after it stays. */
export function replacesOffset(stored: StoredOffset | undefined, committed: StoredOffset): boolean {
  return stored === undefined || committed.recordOffset > stored.recordOffset;
}

/** Whether an offset can be told while transactions that would change it are open: not to one who wants it stable. */
export function mayReturnOffset(pending: boolean, requireStable: boolean): boolean {
  return !(pending && requireStable);
}

/**
 * A marker ends the offsets that lie before it in the log, and no others: what it changes is changed before it is
 * answered and the next transaction of the producer may come (KAFKA-17507).
 */
export function completesOffsetsBeforeAnswering(): boolean {
  return true;
}

/** The coordinator notes an offset of a transaction when it may be written, not while it asks (KAFKA-15784). */
export function cachesOffsetsBeforeVerification(): boolean {
  return false;
}

/** What a client is told when the commit of an offset was not written. */
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
