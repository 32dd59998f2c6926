import type { Defect } from './defect.ts';

export const staleTruncationResponseApplied: Defect = {
  slug: 'stale_truncation_response_applied',
  ids: ['KAFKA-7786'],
  title: 'A follower applies a response about truncation in a later leader epoch than it asked in',
  versions: 'before 2.1.1 and 2.2.0',
  breaks: 'progress, one log: an error of the old epoch ends fetching in the new one for good',
  how:
    'A follower asks its leader where its last epoch ends. Before the response arrives, the leader is elected ' +
    'again in a later epoch. The follower takes the response, an offset or "this epoch is over", for one about ' +
    'the new epoch.',
  rules: { truncationTime: () => 'before-fetch', isStaleTruncation: () => false },
};
