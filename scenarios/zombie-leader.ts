import { cutOff, poll, send, type Story } from './story.ts';

export const HEALS_AT_MS = 20_000;

/**
 * Broker 1, which leads, loses sight of the controller and of nobody else. Its session runs out and broker 2 is
 * elected, of which broker 1 hears nothing. v2 is sent by a producer that has not heard of it either.
 */
export function zombieLeader(acks: 'all' | '1'): Story {
  return {
    brokers: 3,
    configuration: {
      acks,
      'min.insync.replicas': 2,
      'broker.session.timeout.ms': 3_000,
      'broker.heartbeat.interval.ms': 500,
      'request.timeout.ms': 5_000,
      'auto.offset.reset': 'earliest',
    },
    expect: ['no-loss'],
    steps: [
      send(1, 2_500),
      cutOff(['broker-1'], ['controller-1'], 3_000, HEALS_AT_MS - 3_000),
      send(2, 8_000),
      poll(3, 9_000),
      poll(4, 10_000),
      poll(6, 22_000),
      poll(7, 24_000),
      send(5, 26_000),
    ],
  };
}
