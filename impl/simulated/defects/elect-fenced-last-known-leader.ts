import { electLeader } from '../rules/election.ts';
import type { Candidates, Elected, ElectionKind } from '../rules/election.ts';
import type { Defect } from './defect.ts';

function electLastKnown(candidates: Candidates, kind: ElectionKind): Elected {
  const elected = electLeader(candidates, kind);
  const [last] = candidates.lastKnownElr;
  const nobodyElse = candidates.isr.length === 0 && candidates.elr.length === 0;
  if (elected.leader !== -1 || !nobodyElse || last === undefined) return elected;
  return { leader: last, from: 'last-known-leader' };
}

export const electFencedLastKnownLeader: Defect = {
  slug: 'elect_fenced_last_known_leader',
  ids: ['KAFKA-19522'],
  title: 'The last known leader is elected although it is not there',
  versions: '4.0 until the fix of July 2025',
  breaks: 'progress: a partition has a leader that is dead, and no longer waits for one',
  how:
    'When ISR and eligible leader replicas are empty the last known leader is to be elected, once it is back. The ' +
    'check that it is back only wrote a line into the log.',
  rules: { electLeader: electLastKnown },
};
