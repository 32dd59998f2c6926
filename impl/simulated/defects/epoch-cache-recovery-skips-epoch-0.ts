import type { Defect } from './defect.ts';

export const epochCacheRecoverySkipsEpoch0: Defect = {
  slug: 'epoch_cache_recovery_skips_epoch_0',
  ids: ['KAFKA-10432'],
  title: 'Recovery does not find epoch 0 again',
  versions: 'before 2.6.1 and 2.7.0',
  breaks: 'between replicas: a log that is led does not know the first epoch of its records',
  how:
    'The checkpoint of leader epochs is lost, and recovery rebuilds it from the batches; a batch of epoch 0 is ' +
    'taken for one without an epoch. Asked where that epoch ends, the replica cannot say.',
  rules: { recoversEpoch: (batchEpoch, latestEpoch) => batchEpoch > 0 && batchEpoch > latestEpoch },
};
