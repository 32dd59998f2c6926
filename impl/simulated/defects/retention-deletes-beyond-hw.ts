import type { Defect } from './defect.ts';

export const retentionDeletesBeyondHw: Defect = {
  slug: 'retention_deletes_beyond_hw',
  ids: ['KAFKA-5634'],
  title: 'Retention deletes uncommitted records',
  versions: 'before 0.11.0.1 and 1.0.0',
  breaks:
    'between replicas: a log starts above its high watermark; followers must start there as well, without ' +
    'records that they never got',
  how:
    'An in-sync follower falls behind, and the high watermark stays where it is. Segments above it become older ' +
    'than retention.ms, and the leader deletes them.',
  rules: { retentionBound: (_highWatermark, logEndOffset) => logEndOffset },
};
