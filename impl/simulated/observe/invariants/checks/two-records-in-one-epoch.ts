import type { RecordBatch } from '../../../../kafka/records.ts';
import type { ShadowPartition, ShadowReplica } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W5: one record for each (epoch, offset). Records what the leader has written. */
export function checkOneRecordInEpoch(
  { written }: ShadowPartition,
  batch: RecordBatch,
  { log }: ShadowReplica,
): Breach | null {
  let breach: Breach | null = null;
  for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) {
    const key = batch.leaderEpoch * 0x1_0000_0000 + offset;
    const link = log.link(offset + 1);
    const before = written.get(key);
    if (before === undefined) written.set(key, link);
    else if (before !== link) {
      breach ??= {
        anomaly: 'two-records-in-one-epoch',
        offset,
        sentence: `two records were written at offset ${offset} in epoch ${batch.leaderEpoch}`,
      };
    }
  }
  return breach;
}
