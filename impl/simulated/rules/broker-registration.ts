/** A broker that registers, as the controller knew it before. */
export interface KnownBroker {
  readonly incarnationId: number;
  readonly brokerEpoch: number;
  /** It has sent a heartbeat within the session timeout, fenced or not. */
  readonly hasValidSession: boolean;
  readonly inControlledShutdown: boolean;
}

/**
 * Returns the epoch of a broker that registers again in the same incarnation. The epoch does not change, so that the
 * requests of the broker, and proposals of other brokers about it, stay valid (KAFKA-16952). `nextOffset`: of the record
 * that would register it again.
 */
export function brokerEpochOnReRegistration(knownEpoch: number, _nextOffset: number): number {
  return knownEpoch;
}

/** Returns the brokers whose expired sessions one decision ends: only one, because the next decision must see what this one changed (KAFKA-13173). */
export function sessionsEndedAtOnce(expired: readonly number[]): readonly number[] {
  return expired.slice(0, 1);
}

/**
 * Whether a heartbeat renews the session of its sender although it waited in the queue of an overloaded controller for
 * longer than the sender waits for the response. It has no other effect (KAFKA-15019).
 */
export function expiredHeartbeatCounts(): boolean {
  return true;
}

export type Registration = 'refuse' | 'keep' | 'new-after-clean-shutdown' | 'new-after-unclean-shutdown';

/**
 * Decides about a registration. A second process with the same broker id is refused until the session of the first has
 * run out, unless the first is in controlled shutdown. A new incarnation without the epoch of a clean shutdown may have
 * lost the end of its logs (KIP-966, KAFKA-15586).
 */
export function decideRegistration(
  known: KnownBroker | undefined,
  incarnationId: number,
  previousBrokerEpoch: number,
): Registration {
  if (known === undefined) return 'new-after-clean-shutdown';
  if (known.incarnationId === incarnationId) return 'keep';
  if (known.hasValidSession && !known.inControlledShutdown) return 'refuse';
  return previousBrokerEpoch === known.brokerEpoch
    ? 'new-after-clean-shutdown'
    : 'new-after-unclean-shutdown';
}
