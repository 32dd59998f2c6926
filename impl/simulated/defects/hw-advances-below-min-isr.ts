import type { Defect } from './defect.ts';

export const hwAdvancesBelowMinIsr: Defect = {
  slug: 'hw_advances_below_min_isr',
  ids: ['KAFKA-15583'],
  title: 'The high watermark moves while too few replicas are in sync',
  versions: 'before 3.7.0; it became a hazard with eligible leader replicas (KIP-966)',
  breaks: 'committed reads: an eligible leader replica lacks what consumers have read',
  how:
    'The ISR shrinks below min.insync.replicas, and the replica that left it stays eligible to lead. Records that ' +
    'the leader has appended meanwhile are committed without it and read; then the leader is gone, and the ' +
    'eligible replica is elected.',
  rules: {
    nextHighWatermark: ({ highWatermark, smallestLogEnd, logEndOffset }) =>
      Math.max(highWatermark, Math.min(smallestLogEnd, logEndOffset)),
  },
};
