import type { ShadowPartition } from '../shadow-cluster.ts';
import type { Breach } from './breach.ts';

/** A broker that is in sync has a replica (KAFKA-9672). */
export function checkIsrAmongReplicas({ state: { isr, replicas } }: ShadowPartition): Breach | null {
  const stranger = isr.find((broker) => !replicas.includes(broker));
  if (stranger === undefined) return null;
  return {
    anomaly: 'isr-outside-replicas',
    offset: null,
    sentence: `the controller holds broker ${stranger} to be in sync, which has no replica (replicas ${replicas.join(', ')})`,
  };
}
