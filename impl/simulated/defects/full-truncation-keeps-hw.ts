import type { Defect } from './defect.ts';

export const fullTruncationKeepsHw: Defect = {
  slug: 'full_truncation_keeps_hw',
  ids: ['KAFKA-9491'],
  title: 'A follower that truncates fully keeps its old high watermark',
  versions: 'before 2.4.1 and 2.5.0',
  breaks:
    'between replicas: a high watermark lies below the log start, and a leader with it answers with ' +
    'out-of-range errors',
  how:
    'While a follower is down, the leader deletes everything that the follower holds. The follower drops its ' +
    'log and starts at the log start of the leader, but keeps its high watermark, which lies below the new log ' +
    'start.',
  rules: { highWatermarkAfterFullTruncation: (highWatermark) => highWatermark },
};
