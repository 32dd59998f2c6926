/** A partition as an election sees it. */
export interface Candidates {
  readonly replicas: readonly number[];
  /** After the change that is being made. */
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  /** The current leader, or -1. */
  readonly leader: number;
  /** Registered, not fenced, not shutting down. */
  readonly isActive: (broker: number) => boolean;
}

export type ElectionKind = 'any' | 'preferred' | 'unclean';

export interface Elected {
  /** -1: no leader. */
  readonly leader: number;
  readonly from: 'current' | 'isr' | 'elr' | 'last-known-leader' | 'unclean' | 'none';
}

const NO_LEADER: Elected = { leader: -1, from: 'none' };

/** Whether the broker is active, and in sync or, when the ISR is empty, an eligible leader replica (KIP-966). */
function isCleanCandidate({ isr, elr, isActive }: Candidates, broker: number): boolean {
  return (isr.includes(broker) || (isr.length === 0 && elr.includes(broker))) && isActive(broker);
}

/**
 * Elects a leader (Kafka's PartitionChangeBuilder): the current leader if it may stay, else the first replica in the
 * order of assignment that is in sync and active, else an eligible leader replica, else the last known leader (KIP-966),
 * else, in an unclean election, any active replica.
 */
export function electLeader(candidates: Candidates, kind: ElectionKind): Elected {
  const preferred = candidates.replicas[0];
  if (kind === 'preferred' && preferred !== undefined && isCleanCandidate(candidates, preferred)) {
    if (preferred === candidates.leader) return { leader: preferred, from: 'current' };
    return { leader: preferred, from: candidates.isr.length > 0 ? 'isr' : 'elr' };
  }
  if (isCleanCandidate(candidates, candidates.leader)) return { leader: candidates.leader, from: 'current' };
  for (const broker of candidates.replicas) {
    if (isCleanCandidate(candidates, broker))
      return { leader: broker, from: candidates.isr.length > 0 ? 'isr' : 'elr' };
  }
  const last = candidates.lastKnownElr[0];
  if (candidates.isr.length === 0 && candidates.elr.length === 0 && candidates.lastKnownElr.length === 1) {
    if (last !== undefined && candidates.isActive(last)) return { leader: last, from: 'last-known-leader' };
  }
  if (kind === 'unclean') {
    for (const broker of candidates.replicas) {
      if (candidates.isActive(broker)) return { leader: broker, from: 'unclean' };
    }
  }
  return NO_LEADER;
}
