import type { Defect } from './defect.ts';

export const pendingOffsetCachedBeforeVerification: Defect = {
  slug: 'pending_offset_cached_before_verification',
  ids: ['KAFKA-15784'],
  title: 'an offset is noted before it is known whether it may be written',
  versions: 'development of 3.7.0, never released',
  breaks: 'atomicity: a group is never told offsets of a transaction that was committed',
  how: 'The offsets of a transaction that will be committed wait for its marker. Its producer goes on and commits offsets of the next transaction; the group coordinator notes them in place of the others, asks whether it may write them, is told to wait, and takes them back. When the marker comes nothing is there for it to end.',
  rules: { cachesOffsetsBeforeVerification: () => true },
  needs: { transactions: true },
};
