import { CONTROLLER_1_LEADS, crash, cutOff, send, type Story } from './story.ts';

/** When controller-1 loses sight of the other controllers, in ms, and for how long. */
export const CUT_OFF_AT_MS = 3_000;
export const CUT_OFF_FOR_MS = 20_000;

/**
 * Controller-1 leads, and is cut off from the other controllers; every broker reaches all three. Broker 1 dies
 * a moment later, so that somebody has to decide. v2 is sent to it meanwhile.
 */
export function zombieController(defects: readonly string[]): Story {
  return {
    brokers: 3,
    controllers: 3,
    defects,
    configuration: {
      acks: 'all',
      'min.insync.replicas': 2,
      'broker.session.timeout.ms': 2_000,
      'broker.heartbeat.interval.ms': 500,
    },
    expect: ['no-loss'],
    steps: [
      ...CONTROLLER_1_LEADS,
      send(1, 2_500),
      cutOff(['controller-1'], ['controller-2', 'controller-3'], CUT_OFF_AT_MS, CUT_OFF_FOR_MS),
      crash('broker-1', CUT_OFF_AT_MS),
      send(2, CUT_OFF_AT_MS + 500),
      send(3, CUT_OFF_AT_MS + CUT_OFF_FOR_MS + 7_000),
    ],
  };
}
