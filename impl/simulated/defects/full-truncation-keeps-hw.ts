import type { Defect } from './defect.ts';

export const fullTruncationKeepsHw: Defect = {
  slug: 'full_truncation_keeps_hw',
  ids: ['KAFKA-9491'],
  title: 'A follower that begins its log anew keeps its old high watermark',
  versions: 'before 2.4.1 and 2.5.0',
  breaks:
    'between replicas: a high watermark lies below its log, and a leader with it answers with out-of-range errors',
  how:
    'While a follower was away all that it holds was deleted at the leader. It drops its log and begins where the ' +
    "leader's log begins, but its high watermark stays where it was, below the start of its log.",
  rules: { highWatermarkAfterFullTruncation: (highWatermark) => highWatermark },
};
