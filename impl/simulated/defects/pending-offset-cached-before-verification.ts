import type { Defect } from './defect.ts';

export const pendingOffsetCachedBeforeVerification: Defect = {
  slug: 'pending_offset_cached_before_verification',
  ids: ['KAFKA-15784'],
  title: 'A group coordinator caches an offset before it has verified that it may be written',
  versions: 'development of 3.7.0, never released',
  breaks: 'atomicity: a group never gets offsets of a committed transaction',
  how:
    'The offsets of a transaction that will be committed wait for its marker. The producer continues and ' +
    'commits offsets of the next transaction; the group coordinator caches them in place of the others, asks ' +
    'whether it may write them, is refused for now, and removes them. When the marker comes, there is nothing ' +
    'left for it to complete.',
  rules: { cachesOffsetsBeforeVerification: () => true },
  needs: { transactions: true },
};
