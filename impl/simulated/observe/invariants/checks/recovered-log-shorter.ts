import type { ShadowReplica } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** The death of a process takes nothing from its logs (KAFKA-10778). `endOffset`: of the log before the restart, exclusive. */
export function checkRecoveredLog({ broker, log }: ShadowReplica, endOffset: number): Breach | null {
  if (log.endOffset >= endOffset) return null;
  return {
    anomaly: 'recovered-log-shorter',
    offset: log.endOffset,
    sentence: `broker ${broker} has lost neither power nor disk, and yet its log ends at offset ${log.endOffset} after a restart, at ${endOffset} before`,
  };
}
