import type { Defect } from './defect.ts';

export const noCheckQuorum: Defect = {
  slug: 'no_check_quorum',
  ids: ['KAFKA-15489'],
  title: 'A quorum leader that no majority fetches from leads for ever',
  versions: 'before 3.7.0',
  breaks: 'progress: brokers that reach only the deposed controller learn of no decision any more',
  how:
    'A leader that is cut off from the other controllers never resigns. The others elect a new leader, while ' +
    'brokers that still reach the old one send it heartbeats and proposals, which it accepts and cannot commit.',
  rules: { hasLostQuorum: () => false },
};
