export interface ElrState {
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
}

const NONE: ElrState = { elr: [], lastKnownElr: [] };

/**
 * Returns the eligible leader replicas after a change of the ISR (KIP-966): while fewer than `min.insync.replicas` are in
 * sync the high watermark does not advance, so a replica that was in sync before still holds everything that is
 * committed, unless it may have lost the end of its log. `uncleanlyShutDown`: the replicas that may have.
 */
export function nextEligibleLeaderReplicas(
  before: { readonly isr: readonly number[]; readonly leader: number } & ElrState,
  newIsr: readonly number[],
  minIsr: number,
  uncleanlyShutDown: readonly number[],
): ElrState {
  if (newIsr.length >= minIsr) return NONE;
  const candidates = [...before.elr, ...before.isr.filter((broker) => !before.elr.includes(broker))];
  const elr = candidates.filter((broker) => !newIsr.includes(broker) && !uncleanlyShutDown.includes(broker));
  // The last known leader is remembered once no replica is in sync any more.
  if (newIsr.length > 0) return { elr, lastKnownElr: before.lastKnownElr };
  return { elr, lastKnownElr: before.leader === -1 ? before.lastKnownElr : [before.leader] };
}

/**
 * Returns the ISR without the replicas that leave it. Before KIP-966 the last member stays, dead or alive, because no
 * leader could ever be elected from an empty ISR.
 */
export function isrWithout(
  isr: readonly number[],
  leaving: readonly number[],
  elrEnabled: boolean,
): readonly number[] {
  const staying = isr.filter((broker) => !leaving.includes(broker));
  return staying.length === 0 && !elrEnabled ? isr.slice(0, 1) : staying;
}
