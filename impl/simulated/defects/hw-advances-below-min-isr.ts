import type { Defect } from './defect.ts';

export const hwAdvancesBelowMinIsr: Defect = {
  slug: 'hw_advances_below_min_isr',
  ids: ['KAFKA-15583'],
  title: 'The high watermark advances while the ISR is smaller than min.insync.replicas',
  versions: 'before 3.7.0; it became a hazard with eligible leader replicas (KIP-966)',
  breaks: 'committed reads: an eligible leader replica lacks records that consumers have read',
  how:
    'The ISR shrinks below min.insync.replicas, and the replica that left it stays an eligible leader replica. ' +
    'The leader commits records without it, and consumers read them; then the leader fails, and the eligible ' +
    'replica is elected.',
  rules: {
    nextHighWatermark: ({ highWatermark, smallestLogEnd, logEndOffset }) =>
      Math.max(highWatermark, Math.min(smallestLogEnd, logEndOffset)),
  },
};
