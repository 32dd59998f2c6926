import type { Defect } from './defect.ts';

export const hwBeforeTruncationOnDivergingFetch: Defect = {
  slug: 'hw_before_truncation_on_diverging_fetch',
  ids: ['KAFKA-14704'],
  title: 'A follower moves its high watermark by an answer that tells it to truncate first',
  versions: '2.7 to 3.4.0',
  breaks:
    'one log: a follower calls records committed that it is about to drop, and may show them to a consumer',
  how:
    'The leader answers a fetch that does not continue its log with where they part, and with its high watermark. ' +
    'The follower takes over the latter before it truncates.',
  rules: { firstOnDivergence: () => 'follow-high-watermark' },
};
