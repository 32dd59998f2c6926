export interface ElrState {
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
}

const NONE: ElrState = { elr: [], lastKnownElr: [] };

/**
 * The eligible leader replicas after a change of the ISR (KIP-966): while fewer than
 * `min.insync.replicas` are in sync the high watermark stands still, so whoever was in sync before
 * still holds all that is committed, unless it may have lost the end of its log.
 * `uncleanlyShutDown`: replicas of which that is to be feared.
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
  // The last known leader is remembered from the moment on when nobody is in sync any more.
  if (newIsr.length > 0) return { elr, lastKnownElr: before.lastKnownElr };
  return { elr, lastKnownElr: before.leader === -1 ? before.lastKnownElr : [before.leader] };
}

/**
 * The ISR after replicas have left it. Before KIP-966 the last member stays, dead or alive, because
 * an empty ISR could never elect again.
 */
export function isrWithout(
  isr: readonly number[],
  leaving: readonly number[],
  elrEnabled: boolean,
): readonly number[] {
  const staying = isr.filter((broker) => !leaving.includes(broker));
  return staying.length === 0 && !elrEnabled ? isr.slice(0, 1) : staying;
}
