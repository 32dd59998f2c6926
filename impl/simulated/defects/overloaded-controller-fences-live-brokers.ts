import type { Defect } from './defect.ts';

export const overloadedControllerFencesLiveBrokers: Defect = {
  slug: 'overloaded_controller_fences_live_brokers',
  ids: ['KAFKA-15019'],
  title: 'A controller that reads heartbeats too late takes their senders for dead',
  versions: 'before 3.5.0',
  breaks: 'a broker that sends heartbeats keeps its session',
  how:
    'The controller drops heartbeats that waited too long in its queue, and with them the fact that their ' +
    'senders are alive. Sessions run out, brokers are fenced, and the elections that follow make more work.',
  rules: { expiredHeartbeatCounts: () => false },
};
