/** What an election knows of a partition. */
export interface Candidates {
  readonly replicas: readonly number[];
  /** After the change that is being made. */
  readonly isr: readonly number[];
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  /** The present leader, or -1. */
  readonly leader: number;
  /** Registered, not fenced, not shutting down. */
  readonly isActive: (broker: number) => boolean;
}

export type ElectionKind = 'any' | 'preferred' | 'unclean';

export interface Elected {
  /** -1: nobody. */
  readonly leader: number;
  readonly from: 'current' | 'isr' | 'elr' | 'last-known-leader' | 'unclean' | 'none';
}

const NOBODY: Elected = { leader: -1, from: 'none' };

function isCleanCandidate(candidates: Candidates, broker: number): boolean {
  const electable = candidates.isr.includes(broker) || candidates.elr.includes(broker);
  return electable && candidates.isActive(broker);
}

/**
 * Who leads (Kafka's PartitionChangeBuilder): the present leader if it may stay, else the first
 * replica in the order of assignment that is in sync and active, else an eligible leader replica,
 * else the last known leader (KIP-966), else, if that was asked for, anybody who is there.
 */
export function electLeader(candidates: Candidates, kind: ElectionKind): Elected {
  const preferred = candidates.replicas[0];
  if (kind === 'preferred' && preferred !== undefined && isCleanCandidate(candidates, preferred)) {
    return { leader: preferred, from: preferred === candidates.leader ? 'current' : 'isr' };
  }
  if (isCleanCandidate(candidates, candidates.leader)) return { leader: candidates.leader, from: 'current' };
  for (const broker of candidates.replicas) {
    if (candidates.isr.includes(broker) && candidates.isActive(broker)) return { leader: broker, from: 'isr' };
  }
  for (const broker of candidates.replicas) {
    if (candidates.elr.includes(broker) && candidates.isActive(broker)) return { leader: broker, from: 'elr' };
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
  return NOBODY;
}
