import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** W3 (LogMatching): two replicas agree below the smaller of their high watermarks. */
export function checkLogsMatch({ replicas }: ShadowPartition): Breach | null {
  for (const a of replicas.values()) {
    if (a.partition === null || a.outdated) continue;
    for (const b of replicas.values()) {
      if (b.broker <= a.broker || b.partition === null || b.outdated) continue;
      const end = Math.min(a.highWatermark, b.highWatermark);
      if (a.log.agreesBelow(b.log, end)) continue;
      const shared = a.log.commonPrefix(b.log);
      return {
        anomaly: 'log-matching',
        offset: shared,
        sentence: `brokers ${a.broker} and ${b.broker} hold different records at offset ${shared}, below both their high watermarks (${a.highWatermark} and ${b.highWatermark})`,
      };
    }
  }
  return null;
}
