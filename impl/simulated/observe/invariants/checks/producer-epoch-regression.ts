import type { PartitionLog } from '../../../log/partition-log.ts';
import { NO_PRODUCER_ID } from '../../../../kafka/records.ts';
import type { RecordBatch } from '../../../../kafka/records.ts';

/**
 * W9: the epochs of a producer never go down in a log, and neither do those of the coordinators whose markers end its
 * transactions. `batch` is the last one of the log; batches of a producer that has expired are not checked. Returns null
 * when the invariant holds, else what is wrong.
 */
export function epochRegression(
  { batches, logStartOffset, producers }: Pick<PartitionLog, 'batches' | 'logStartOffset' | 'producers'>,
  batch: RecordBatch,
  forgotten: ReadonlySet<number>,
): string | null {
  const { producerId, producerEpoch, baseOffset, control } = batch;
  if (producerId === NO_PRODUCER_ID || forgotten.has(producerId) || producers.forgotten.has(producerId)) {
    return null;
  }
  const coordinatorEpoch = control?.coordinatorEpoch ?? null;
  let isPrevious = true;
  for (let i = batches.length - 1; i >= 0; i--) {
    const before = batches[i]!;
    if (before.lastOffset < logStartOffset) return null;
    if (before.producerId !== producerId || before.baseOffset >= baseOffset) continue;
    if (isPrevious && before.producerEpoch > producerEpoch) {
      return `producer ${producerId} is in epoch ${producerEpoch} at offset ${baseOffset}, after epoch ${before.producerEpoch} at offset ${before.baseOffset}`;
    }
    isPrevious = false;
    if (coordinatorEpoch === null) return null;
    if (before.control === null) continue;
    if (before.control.coordinatorEpoch <= coordinatorEpoch) return null;
    return `the marker of producer ${producerId} at offset ${baseOffset} is of coordinator epoch ${coordinatorEpoch}, the one before it at offset ${before.baseOffset} of ${before.control.coordinatorEpoch}`;
  }
  return null;
}
