/**
 * One story for two producers, with five requests in flight and with six. The way to the leader is long, so that all
 * of them are under way at once; the first ones find too few replicas in sync, the last ones enough.
 */
import { send, shutDown, slowDown, type Story } from './story.ts';

const BEGIN_MS = 6_000;
const APART_MS = 500;

export function severalInFlight(inFlight: number): Story {
  return {
    brokers: 3,
    configuration: {
      'min.insync.replicas': 2,
      'max.in.flight.requests.per.connection': inFlight,
      'linger.ms': 0,
    },
    steps: [
      send(1, 1_000),
      shutDown('broker-2', 2_000, 8_500),
      shutDown('broker-3', 3_000, 8_500),
      slowDown('producer', 'broker-1', 3_200, 5_000, 40_000),
      ...[0, 1, 2, 3, 4, 5].map((index) => send(2 + index, BEGIN_MS + index * APART_MS)),
    ],
  };
}
