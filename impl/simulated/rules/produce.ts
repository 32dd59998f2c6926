import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { ACKS_ALL } from '../../kafka/acks.ts';

/**
 * Producer: whether the buffer of a batch that is given up returns to the pool while a request still reads it. No check
 * would notice: the checksum of the records does not cover the partition that they are for (KAFKA-19012).
 */
export function freesBufferInFlight(): boolean {
  return false;
}

/** Leader, before the append: `acks=all` needs `min.insync.replicas` (KAFKA-1555). */
export function checkBeforeAppend(acks: number, isrSize: number, minIsr: number): ErrorCode {
  return acks === ACKS_ALL && isrSize < minIsr ? Errors.NOT_ENOUGH_REPLICAS : Errors.NONE;
}

/** Leader, when the high watermark has passed the batch: refuses it unless enough replicas are still in sync. The records stay in the log either way. */
export function checkAtCompletion(maximalIsrSize: number, minIsr: number): ErrorCode {
  return maximalIsrSize < minIsr ? Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND : Errors.NONE;
}
