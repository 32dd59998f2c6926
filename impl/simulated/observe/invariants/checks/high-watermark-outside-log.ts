import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W6: a high watermark lies within its log, from the log start to the log end. */
export function checkHighWatermarksInLogs({ replicas }: ShadowPartition): Breach | null {
  for (const { partition } of replicas.values()) {
    if (partition === null) continue;
    const { highWatermark, brokerId, log } = partition;
    if (log.logStartOffset <= highWatermark && highWatermark <= log.logEndOffset) continue;
    return {
      anomaly: 'high-watermark-outside-log',
      offset: highWatermark,
      sentence: `on broker ${brokerId} the high watermark is ${highWatermark}, and the log reaches from offset ${log.logStartOffset} to ${log.logEndOffset}`,
    };
  }
  return null;
}
