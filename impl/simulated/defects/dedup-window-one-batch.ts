import type { Defect } from './defect.ts';

export const dedupWindowOneBatch: Defect = {
  slug: 'dedup_window_one_batch',
  ids: ['KAFKA-5494'],
  title: 'A leader remembers only the last batch of a producer',
  versions: '0.11; fixed in 1.0.0',
  breaks: 'idempotence: a batch that was retried is stored twice',
  how:
    'Several batches are in flight and written, and their answers are lost. The first is sent again; the leader ' +
    'remembers a later one, and calls it out of order. The producer takes it for lost, and sends it under a new ' +
    'epoch: it is stored twice.',
  rules: {
    batchesToRetain: () => 1,
    // As all producers to this day; alone it does harm more rarely.
    mayTakeNewIdentity: () => true,
  },
};
