import { electLeader } from '../rules/election.ts';
import type { Candidates, Elected, ElectionKind } from '../rules/election.ts';
import type { Defect } from './defect.ts';

function electAnybody(candidates: Candidates, kind: ElectionKind): Elected {
  const elected = electLeader(candidates, kind);
  if (elected.leader !== -1) return elected;
  for (const broker of candidates.replicas) {
    if (candidates.isActive(broker)) return { leader: broker, from: 'none' };
  }
  return elected;
}

export const uncleanElection: Defect = {
  slug: 'unclean_election',
  ids: ['KAFKA-1028', 'KIP-106'],
  title: 'Any live replica is elected when no in-sync replica lives',
  versions: '0.8 always; by default until 0.11.0.0',
  breaks: 'no loss: all that was acknowledged since the replica fell behind',
  how:
    'With all in-sync replicas down the controller elects one from outside the ISR. What only the others hold is ' +
    'truncated away when they come back.',
  rules: { electLeader: electAnybody },
};
