/** One story for two producers: one whose batches carry sequence numbers, and one whose batches do not. */
import { afterProbe, crash, loseAcknowledgement, send, type Story } from './story.ts';

/** Broker 1 and its followers have v1; the producer never hears of it, and finds another leader. */
export function leaderDiesBeforeAnswering(idempotence: boolean): Story {
  return {
    brokers: 3,
    configuration: { acks: 'all', 'min.insync.replicas': 2, 'enable.idempotence': idempotence },
    steps: [
      loseAcknowledgement('broker-1', 0),
      send(1, 2_500),
      crash('broker-1', afterProbe('produce-acknowledged', 'broker-1', 1, 0)),
      send(2, 20_000),
    ],
  };
}
