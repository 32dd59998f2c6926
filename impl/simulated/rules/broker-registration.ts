/** What the controller knows of a broker that registers (again). */
export interface KnownBroker {
  readonly incarnationId: number;
  readonly brokerEpoch: number;
  readonly hasValidSession: boolean;
}

export type Registration = 'refuse' | 'keep' | 'new-after-clean-shutdown' | 'new-after-unclean-shutdown';

/**
 * A second process under one id waits until the session of the first has run out. A new incarnation
 * that cannot show the epoch of a clean shutdown may have lost the end of its logs (KIP-966, KAFKA-15586).
 */
export function decideRegistration(
  known: KnownBroker | undefined,
  incarnationId: number,
  previousBrokerEpoch: number,
): Registration {
  if (known === undefined) return 'new-after-clean-shutdown';
  if (known.incarnationId === incarnationId) return 'keep';
  if (known.hasValidSession) return 'refuse';
  return previousBrokerEpoch === known.brokerEpoch
    ? 'new-after-clean-shutdown'
    : 'new-after-unclean-shutdown';
}
