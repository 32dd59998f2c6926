import { Api } from '../../kafka/api.ts';
import type { Catalogue } from '../kernel/catalogue.ts';
import { Probe, PROBE_NAMES } from './probes.ts';

/** The names of the simulated Kafka that the kernel must know. */
export const KAFKA_CATALOGUE: Catalogue = {
  probeCount: PROBE_NAMES.length,
  messageLost: Probe['message-lost'],
  staleMessageProcessed: Probe['stale-message-processed'],
  // A checker compares these between hosts: which replica leads, and what is committed.
  orderSensitiveProbes: new Set([
    Probe['became-leader'],
    Probe['high-watermark-moved'],
    Probe['quorum-leader-elected'],
    Probe['quorum-high-watermark-moved'],
    Probe['quorum-log-truncated'],
    Probe['controller-activated'],
  ]),
  // A voter that cannot write its metadata log must not go on: Kafka's fault handler ends the process. A broker handles
  // errors of its other log directories itself.
  unhandledIoError: 'its metadata log cannot be written',
  // A client's request, or the markers of a coordinator, may change a log.
  mayWrite: (senderRole, api) => senderRole === 'client' || api === Api.WriteTxnMarkers,
};
