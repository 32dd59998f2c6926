/** What the controller knows of a broker that registers (again). */
export interface KnownBroker {
  readonly incarnationId: number;
  readonly brokerEpoch: number;
  /** It has been heard of within the session timeout, fenced or not. */
  readonly hasValidSession: boolean;
  readonly inControlledShutdown: boolean;
}

/**
 * The epoch of a broker that registers again in the same incarnation: what it sent before, and what other brokers
 * vouched for, stays valid (KAFKA-16952). `nextOffset`: of the record that registers it again, if there is one.
 */
export function brokerEpochOnReRegistration(knownEpoch: number, _nextOffset: number): number {
  return knownEpoch;
}

/** Whose sessions, of those that have run out, one decision ends: one, for the next must see what this one changed (KAFKA-13173). */
export function sessionsEndedAtOnce(expired: readonly number[]): readonly number[] {
  return expired.slice(0, 1);
}

/**
 * Whether a broker counts as heard of by a heartbeat that waited at an overloaded controller for longer than its
 * sender waits for the answer: it does, although nothing else comes of such a heartbeat (KAFKA-15019).
 */
export function expiredHeartbeatCounts(): boolean {
  return true;
}

export type Registration = 'refuse' | 'keep' | 'new-after-clean-shutdown' | 'new-after-unclean-shutdown';

/**
 * A second process under one id waits until the session of the first has run out, unless that one was on
 * its way out. A new incarnation
 * that cannot show the epoch of a clean shutdown may have lost the end of its logs (KIP-966, KAFKA-15586).
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
