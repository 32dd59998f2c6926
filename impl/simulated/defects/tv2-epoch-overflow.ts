import type { Defect } from './defect.ts';

export const tv2EpochOverflow: Defect = {
  slug: 'tv2_epoch_overflow',
  ids: ['KAFKA-20090'],
  title: 'a fence with the last epoch leaves the producer its id',
  versions: '4.0.0 to 4.2.0, with transaction.version 2',
  breaks: 'progress: a transaction that nobody can end, for no epoch is left for its markers',
  how: 'A transaction in the last epoch but one times out, and the abort takes the last one; the producer id is not changed, for it is the coordinator that aborts. The end that the producer asks for comes late and is taken for a retry: it is told the last epoch, and writes in it. No marker can have a greater one.',
  rules: { rotatesWhenFencing: () => false },
  needs: {
    transactions: true,
    configuration: { 'crucible.max.producer.epoch': 2, 'transaction.timeout.ms': 500 },
  },
};
