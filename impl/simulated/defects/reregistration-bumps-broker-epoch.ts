import type { Defect } from './defect.ts';

export const reregistrationBumpsBrokerEpoch: Defect = {
  slug: 'reregistration_bumps_broker_epoch',
  ids: ['KAFKA-16952'],
  title: 'A broker that registers again in the same incarnation gets a new broker epoch',
  versions: 'before 3.9.0',
  breaks: 'progress: the controller takes a live broker for a former incarnation',
  how:
    'Every registration gets an epoch of its own, even one of the same incarnation. A first request that was ' +
    'given up arrives after its retry was answered: the broker uses the epoch of the response, and the ' +
    'controller refuses all its heartbeats and proposals as stale.',
  rules: { brokerEpochOnReRegistration: (_knownEpoch, nextOffset) => nextOffset },
};
