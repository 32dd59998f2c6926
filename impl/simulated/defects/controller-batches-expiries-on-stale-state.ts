import type { Defect } from './defect.ts';

export const controllerBatchesExpiriesOnStaleState: Defect = {
  slug: 'controller_batches_expiries_on_stale_state',
  ids: ['KAFKA-13173'],
  title: 'Several sessions that run out together are ended on one state of the partitions',
  versions: 'before 3.0.0',
  breaks: 'who is fenced is in no in-sync set, and leads nothing',
  how:
    'Two brokers fall silent together. Both are taken out of the in-sync replicas in one decision, and each time the ' +
    'records start from the state before it: the second record puts the first broker back.',
  rules: { sessionsEndedAtOnce: (expired) => expired },
};
