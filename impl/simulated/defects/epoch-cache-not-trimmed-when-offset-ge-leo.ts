import type { Defect } from './defect.ts';

export const epochCacheNotTrimmedWhenOffsetGeLeo: Defect = {
  slug: 'epoch_cache_not_trimmed_when_offset_ge_leo',
  ids: ['KAFKA-10706'],
  title: 'A truncation to the log end keeps an epoch that starts there',
  versions: 'before 2.6.1 and 2.7.0',
  breaks: 'progress: a follower is asked to truncate again and again, and never fetches records',
  how:
    'After elections without writes, the last epoch of a follower is one that its leader never had, and starts ' +
    'at the log end. Truncating to the log end removes no record, so the follower does nothing, and its next ' +
    'fetch carries the same epoch.',
  rules: { truncates: (toOffset: number, logEndOffset: number) => toOffset < logEndOffset },
};
