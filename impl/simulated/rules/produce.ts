import { Errors } from '../../kafka/errors.ts';
import type { ErrorCode } from '../../kafka/errors.ts';
import { ACKS_ALL } from '../../kafka/acks.ts';

/**
 * Producer: whether the buffer of a batch that is given up may be used again while a request reads it. Nobody would
 * notice: the checksum of the records says nothing of the partition that they are for (KAFKA-19012).
 */
export function freesBufferInFlight(): boolean {
  return false;
}

/** Before the append: `acks=all` needs `min.insync.replicas` (KAFKA-1555). */
export function checkBeforeAppend(acks: number, isrSize: number, minIsr: number): ErrorCode {
  return acks === ACKS_ALL && isrSize < minIsr ? Errors.NOT_ENOUGH_REPLICAS : Errors.NONE;
}

/** When the high watermark has passed the batch: were enough replicas in sync to the end? The record stays either way. */
export function checkAtCompletion(maximalIsrSize: number, minIsr: number): ErrorCode {
  return maximalIsrSize < minIsr ? Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND : Errors.NONE;
}
