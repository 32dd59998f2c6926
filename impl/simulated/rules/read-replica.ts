/** A replica that a consumer may read from, as the leader knows it. Start offsets are inclusive, end offsets exclusive. */
export interface ReadCandidate {
  readonly broker: number;
  /** Null: the broker has no rack. */
  readonly rack: string | null;
  readonly alive: boolean;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

/**
 * Leader, on a consumer's fetch: returns the replica in the consumer's rack that holds most (Kafka's
 * RackAwareReplicaSelector, KIP-392). Null: the leader serves the consumer, as it does if it is in that rack itself.
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
 * Follower: whether it takes over the high watermark of a response that says where the logs diverge. It does not: its log
 * is not truncated yet (KAFKA-14704).
 */
export function takesHighWatermarkWhenDiverging(): boolean {
  return false;
}
