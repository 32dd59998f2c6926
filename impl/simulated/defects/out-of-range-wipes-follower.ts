import type { Defect } from './defect.ts';

export const outOfRangeWipesFollower: Defect = {
  slug: 'out_of_range_wipes_follower',
  ids: ['KAFKA-2477', 'KAFKA-2143'],
  title: 'A follower whose position the leader refuses throws its whole log away',
  versions: '0.8.2; until 0.9.0.1 in part',
  breaks: 'no loss: an in-sync replica is empty for a while, and may be elected',
  how:
    'A leader refuses a position that it does not know yet. When the follower asks for the end of the leader’s log, ' +
    'that is no longer behind its own; it concludes that it has been away too long and starts again from nothing.',
  rules: {
    truncationOutOfRange: (leaderEndOffset: number, logEndOffset: number) =>
      leaderEndOffset < logEndOffset ? leaderEndOffset : 0,
  },
};
