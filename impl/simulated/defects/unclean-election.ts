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
  title: 'Any live replica is elected when no in-sync replica is alive',
  versions: '0.8 always; by default until 0.11.0.0',
  breaks: 'no loss: everything acknowledged since the replica fell behind is lost',
  how:
    'With all in-sync replicas down, the controller elects a replica outside the ISR. The other replicas ' +
    'truncate what only they hold when they are back.',
  rules: { electLeader: electAnybody },
};
