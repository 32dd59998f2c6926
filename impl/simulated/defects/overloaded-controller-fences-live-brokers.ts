import type { Defect } from './defect.ts';

export const overloadedControllerFencesLiveBrokers: Defect = {
  slug: 'overloaded_controller_fences_live_brokers',
  ids: ['KAFKA-15019'],
  title: 'A controller that reads heartbeats too late takes their senders for dead',
  versions: 'before 3.5.0',
  breaks: 'a broker that sends its heartbeats keeps its session',
  how:
    'Heartbeats that waited for their turn at the controller for too long are thrown away, and with them the news ' +
    'that their senders live. Sessions run out, brokers are fenced, and electing new leaders makes more work.',
  rules: { expiredHeartbeatCounts: () => false },
};
