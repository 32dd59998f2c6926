import type { Defect } from './defect.ts';

export const noCheckQuorum: Defect = {
  slug: 'no_check_quorum',
  ids: ['KAFKA-15489'],
  title: 'A leader of the quorum that nobody fetches from goes on for ever',
  versions: 'before 3.7.0',
  breaks: 'progress: who reaches only the deposed controller hears of no decision any more',
  how:
    'A leader that is cut off from the other controllers never resigns. The others elect a new one, while brokers ' +
    'that still reach the old one send it heartbeats and proposals, which it accepts and cannot commit.',
  rules: { hasLostQuorum: () => false },
};
