import type { Defect } from './defect.ts';

export const dedupWindowOneBatch: Defect = {
  slug: 'dedup_window_one_batch',
  ids: ['KAFKA-5494'],
  title: 'A leader remembers only the last batch of a producer',
  versions: '0.11; fixed in 1.0.0',
  breaks: 'idempotence: a retried batch is stored twice',
  how:
    'Several batches are in flight and appended, and the responses are lost. The producer retries the first; ' +
    'the leader remembers only a later one and refuses the retry as out of order. The producer takes the batch ' +
    'for lost and sends it in a new epoch: it is stored twice.',
  rules: {
    batchesToRetain: () => 1,
    // As in all versions of the producer; without it the bug does harm more rarely.
    mayTakeNewIdentity: () => true,
  },
};
