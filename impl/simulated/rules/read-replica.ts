/** A replica that the leader may send a consumer to, as the leader knows it. Offsets as usual: start inclusive, end exclusive. */
export interface ReadCandidate {
  readonly broker: number;
  /** Null: the broker has none. */
  readonly rack: string | null;
  readonly alive: boolean;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

/**
 * Leader, on a consumer's fetch: who in the consumer's rack serves it best, the leader itself before others,
 * then whoever holds most (Kafka's RackAwareReplicaSelector, KIP-392). Null: the leader serves it.
 */
export function preferredReadReplica(
  leader: { readonly broker: number; readonly rack: string | null },
  followers: readonly ReadCandidate[],
  clientRack: string,
  fetchOffset: number,
): number | null {
  if (clientRack === '' || leader.rack === clientRack) return null;
  let best: ReadCandidate | null = null;
  for (const follower of followers) {
    if (!follower.alive || follower.rack !== clientRack) continue;
    if (follower.logStartOffset > fetchOffset || follower.logEndOffset < fetchOffset) continue;
    if (best === null || follower.logEndOffset > best.logEndOffset) best = follower;
  }
  return best?.broker ?? null;
}

/**
 * Follower: an answer that tells where the logs part says nothing of a log that is not truncated yet, so its
 * high watermark is not taken (KAFKA-14704).
 */
export function takesHighWatermarkWhenDiverging(): boolean {
  return false;
}
