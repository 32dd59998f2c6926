import type { Defect } from './defect.ts';

export const hwBeforeTruncationOnDivergingFetch: Defect = {
  slug: 'hw_before_truncation_on_diverging_fetch',
  ids: ['KAFKA-14704'],
  title: 'A follower takes over the high watermark of its leader before it truncates',
  versions: 'before 3.4.1 and 3.5.0',
  breaks: 'committed reads: a consumer that reads from a follower gets records that were never committed',
  how:
    'A response shows a follower where its log diverges from the leader’s, and carries the high watermark of ' +
    'the leader. The follower applies that high watermark to its log before it truncates. Until it has ' +
    'truncated, records that only it holds lie below its high watermark, and a consumer in its rack that waits ' +
    'for records gets them.',
  rules: { takesHighWatermarkWhenDiverging: () => true },
};
