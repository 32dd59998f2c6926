import type { Defect } from './defect.ts';

export const retentionDeletesBeyondHw: Defect = {
  slug: 'retention_deletes_beyond_hw',
  ids: ['KAFKA-5634'],
  title: 'Retention deletes what is not committed yet',
  versions: 'before 0.11.0.1 and 1.0.0',
  breaks:
    'between replicas: a log begins above its high watermark; followers are told to begin there, too, with records ' +
    'that they never got',
  how:
    'A follower that is in sync falls behind, and the high watermark stays where it is. Segments behind it become ' +
    'older than retention.ms, and the leader deletes them, because they are old.',
  rules: { retentionBound: (_highWatermark, logEndOffset) => logEndOffset },
};
