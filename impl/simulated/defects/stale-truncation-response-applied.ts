import type { Defect } from './defect.ts';

export const staleTruncationResponseApplied: Defect = {
  slug: 'stale_truncation_response_applied',
  ids: ['KAFKA-7786'],
  title: 'An answer about where to truncate is applied in a later leader epoch than it was asked in',
  versions: 'before 2.1.1 and 2.2.0',
  breaks: 'progress, one log: a refusal of the old epoch ends fetching in the new one for good',
  how:
    'A follower asks its leader where its last epoch ends. Before the answer comes the leader is elected again, in a ' +
    'later epoch. The answer, an offset or "this epoch is over", is taken for one about the new epoch.',
  rules: { truncationTime: () => 'before-fetch', isStaleTruncation: () => false },
};
