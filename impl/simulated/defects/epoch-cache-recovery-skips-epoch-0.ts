import type { Defect } from './defect.ts';

export const epochCacheRecoverySkipsEpoch0: Defect = {
  slug: 'epoch_cache_recovery_skips_epoch_0',
  ids: ['KAFKA-10432'],
  title: 'Recovery does not find epoch 0',
  versions: 'before 2.6.1 and 2.7.0',
  breaks: 'between replicas: a leader does not know the first epoch of its records',
  how:
    'The checkpoint of leader epochs is lost, and recovery rebuilds it from the batches; it takes a batch of ' +
    'epoch 0 for one without an epoch. The replica cannot answer where that epoch ends.',
  rules: { recoversEpoch: (batchEpoch, latestEpoch) => batchEpoch > 0 && batchEpoch > latestEpoch },
};
