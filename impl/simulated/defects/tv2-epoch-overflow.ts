import type { Defect } from './defect.ts';

export const tv2EpochOverflow: Defect = {
  slug: 'tv2_epoch_overflow',
  ids: ['KAFKA-20090'],
  title: 'A fence with the last epoch does not change the producer id',
  versions: '4.0.0 to 4.2.0, with transaction.version 2',
  breaks: 'progress: a transaction cannot be ended because no epoch is left for its markers',
  how:
    'A transaction in the last epoch but one times out, and the abort takes the last epoch; the producer id ' +
    'does not change, because the coordinator itself aborts. The EndTxn of the producer comes late and is taken ' +
    'for a retry: the producer gets the last epoch and writes in it. No marker can have a greater epoch.',
  rules: { rotatesWhenFencing: () => false },
  needs: {
    transactions: true,
    configuration: { 'crucible.max.producer.epoch': 2, 'transaction.timeout.ms': 500 },
  },
};
