import { isUpToDate } from '../rules/quorum-logs.ts';
import type { LogEnd } from '../rules/quorum-logs.ts';
import type { Voter } from '../rules/quorum.ts';
import type { Defect } from './defect.ts';

/** Whoever knows of a leader refuses, whether it ever heard from it or not. */
function refusesIfLeaderIsKnown(voter: Voter, candidate: LogEnd): boolean {
  if (voter.role === 'leader' || voter.knowsLeader) return false;
  return isUpToDate(candidate, voter);
}

export const prevotePingPong: Defect = {
  slug: 'prevote_ping_pong',
  ids: ['KIP-996', 'KAFKA-17641'],
  title: 'Followers of a leader that is gone send each other back to it',
  versions: 'in no release: the first design of KIP-996, found by its TLA+ specification',
  breaks: 'progress: a majority is up and elects nobody',
  how:
    'The leader of the quorum is gone for good. Each of its followers asks the others for a pre-vote when its ' +
    'patience ends, and they refuse, for they know of a leader, too. So it follows the dead leader again, and so on.',
  rules: { grantsPreVote: refusesIfLeaderIsKnown },
};
