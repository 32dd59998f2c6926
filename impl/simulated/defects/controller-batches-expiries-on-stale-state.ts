import type { Defect } from './defect.ts';

export const controllerBatchesExpiriesOnStaleState: Defect = {
  slug: 'controller_batches_expiries_on_stale_state',
  ids: ['KAFKA-13173'],
  title: 'The controller ends several sessions on one state of the partitions',
  versions: 'before 3.0.0',
  breaks: 'a fenced broker is in no ISR and leads no partition',
  how:
    'The sessions of two brokers run out together. The controller removes both from the ISR in one decision, ' +
    'and computes each record from the state before that decision: the second record adds the first broker ' +
    'again.',
  rules: { sessionsEndedAtOnce: (expired) => expired },
};
