import { decideRegistration } from '../rules/broker-registration.ts';
import type { KnownBroker, Registration } from '../rules/broker-registration.ts';
import type { Defect } from './defect.ts';

function alwaysAnew(
  known: KnownBroker | undefined,
  incarnationId: number,
  previousBrokerEpoch: number,
): Registration {
  const decision = decideRegistration(known, incarnationId, previousBrokerEpoch);
  return decision === 'keep' ? 'new-after-clean-shutdown' : decision;
}

export const reregistrationBumpsBrokerEpoch: Defect = {
  slug: 'reregistration_bumps_broker_epoch',
  ids: ['KAFKA-16952'],
  title: 'A broker that registers again gets a new epoch, although it is the same incarnation',
  versions: 'before 3.9.0',
  breaks: 'progress: what the broker sends with the epoch that it was told first is refused',
  how:
    'The answer to a registration is lost or late, and the broker sends it again. The controller registers the ' +
    'same incarnation twice, and fences it; a registration that arrives late takes the epoch away from a broker at work.',
  rules: { decideRegistration: alwaysAnew },
};
