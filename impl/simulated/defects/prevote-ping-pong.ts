import { isUpToDate } from '../rules/quorum-logs.ts';
import type { LogEnd } from '../rules/quorum-logs.ts';
import type { Voter } from '../rules/quorum.ts';
import type { Defect } from './defect.ts';

/** Refuses a pre-vote whenever the voter knows of a leader, whether it has fetched from it or not. */
function refusesIfLeaderIsKnown(voter: Voter, candidate: LogEnd): boolean {
  if (voter.role === 'leader' || voter.knowsLeader) return false;
  return isUpToDate(candidate, voter);
}

export const prevotePingPong: Defect = {
  slug: 'prevote_ping_pong',
  ids: ['KIP-996', 'KAFKA-17641'],
  title: 'Followers of a dead leader send each other back to it',
  versions: 'never released: the first design of KIP-996, found by its TLA+ specification',
  breaks: 'progress: a majority is up and elects no leader',
  how:
    'The leader of the quorum is gone for good. Each follower requests pre-votes when its fetch timeout runs ' +
    'out, and the others refuse, because they know of a leader as well. The follower follows the dead leader ' +
    'again, and so on.',
  rules: { grantsPreVote: refusesIfLeaderIsKnown },
};
