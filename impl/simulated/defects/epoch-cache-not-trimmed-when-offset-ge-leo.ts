import type { Defect } from './defect.ts';

export const epochCacheNotTrimmedWhenOffsetGeLeo: Defect = {
  slug: 'epoch_cache_not_trimmed_when_offset_ge_leo',
  ids: ['KAFKA-10706'],
  title: 'A truncation to the log end leaves an epoch behind that began there',
  versions: 'before 2.6.1 and 2.7.0',
  breaks: 'progress: a follower is told again and again to truncate, and never fetches',
  how:
    'After elections without writes a follower’s last epoch is one that its leader never had, and begins at the ' +
    'log end. To truncate there removes no record, so nothing is done, and the next fetch shows the same epoch.',
  rules: { truncates: (toOffset: number, logEndOffset: number) => toOffset < logEndOffset },
};
